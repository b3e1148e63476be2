// SHA-256 (FIPS 180-4) of bytes that come one after the other: the browser's own digest wants all of them at once, and is there only
// where the page came over https.

const PRIMES = [];
for (let n = 2; PRIMES.length < 64; n++) if (PRIMES.every((prime) => n % prime)) PRIMES.push(n);
const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
const K = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const BEGINNING = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

export class Sha256 {
  #state = Int32Array.from(BEGINNING);
  #held = new Uint8Array(64);
  #words = new Int32Array(64);
  #size = 0;

  update(bytes) {
    let at = 0, there = this.#size % 64;
    this.#size += bytes.length;
    if (there) {
      const missing = Math.min(64 - there, bytes.length);
      this.#held.set(bytes.subarray(0, missing), there);
      if (there + missing < 64) return this;
      this.#block(this.#held, 0);
      at = missing;
    }
    for (; at + 64 <= bytes.length; at += 64) this.#block(bytes, at);
    this.#held.set(bytes.subarray(at));
    return this;
  }

  // Ends it: nothing can be added afterwards.
  digest() {
    const size = this.#size, end = new Uint8Array((size % 64 < 56 ? 56 : 120) - size % 64 + 8);
    end[0] = 0x80;
    const view = new DataView(end.buffer);
    view.setUint32(end.length - 8, Math.floor(size / 2 ** 29));
    view.setUint32(end.length - 4, size * 8 % 2 ** 32);
    this.update(end);
    const found = new DataView(new ArrayBuffer(32));
    this.#state.forEach((word, n) => found.setInt32(n * 4, word));
    return new Uint8Array(found.buffer);
  }

  #block(bytes, at) {
    const w = this.#words;
    for (let n = 0; n < 16; n++, at += 4) w[n] = bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
    for (let n = 16; n < 64; n++) {
      const x = w[n - 15], y = w[n - 2];
      const first = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3, second = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10;
      w[n] = w[n - 16] + first + w[n - 7] + second | 0;
    }
    let [a, b, c, d, e, f, g, h] = this.#state;
    for (let n = 0; n < 64; n++) {
      const one = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[n] + w[n] | 0;
      const other = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = d + one | 0; d = c; c = b; b = a; a = one + other | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, n) => { this.#state[n] = this.#state[n] + word | 0; });
  }
}

export const sha256 = (bytes) => new Sha256().update(bytes).digest();
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
