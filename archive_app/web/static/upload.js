// A file goes in pieces (tus 1.0.0) instead of with its form: it can be stopped, and goes on where it was, also after the page was closed.
// Nothing is remembered in this browser: the same file, chosen again, is known at the server by a digest of its name, size and two ends.
// Each piece carries its SHA-256, and the whole is compared at the end. Without this script the form sends the file itself.

const form = document.querySelector("form[data-uploads]");
const box = form.querySelector(".upload"), input = form.querySelector("input[type=file]");
const hashing = import(box.dataset.sha256).catch(() => null); // it is waited for when a file goes, so that no button is pressed unheard
const find = (selector) => box.querySelector(selector);
const LEAST = 64 * 1024, MOST = 512 * 1024, QUICK_MS = 2000, LONGEST_WAIT_MS = 30_000; // what breaks off is at most half of what a piece may be
const token = (of) => of.querySelector("[name=csrf_token], [name=token]");
const utf8 = (text) => new TextEncoder().encode(text);
let going = null, address = "", Sha256, base64, hex, sha256;

class Ends extends Error {} // its message names what is said

const say = (what) => { find("[data-said]").textContent = what ? box.dataset[what] : ""; };

function show(done, whole) {
  const unit = whole < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
  const words = (bytes) => new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: unit[0], maximumFractionDigits: 1 }).format(bytes / unit[1]);
  find("progress").value = whole ? done / whole : 0;
  find("#upload-sent").textContent = box.dataset.sends.replace("{done}", words(done)).replace("{whole}", words(whole));
}

async function ask(address, method, headers, body, signal) {
  const answer = await fetch(address, { method, body, signal, redirect: "manual", cache: "no-store",
    headers: { "Tus-Resumable": "1.0.0", "X-CSRFToken": token(form).value, ...headers } });
  if (answer.ok && (method === "DELETE" || answer.headers.has(method === "POST" ? "Location" : "Upload-Offset"))) return answer;
  const why = { 413: "large", 507: "full" }[answer.status];
  if (why) throw new Ends(why);
  if (answer.status >= 500 || [409, 423, 429, 460].includes(answer.status)) throw new Error(String(answer.status)); // it goes on from what is there
  throw new Ends(answer.status === 404 ? "failed" : "ended");
}

async function piece(file, from, to) { return new Uint8Array(await file.slice(from, to).arrayBuffer()); }

async function digest(bytes) {
  return globalThis.crypto?.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)) : sha256(bytes);
}

async function announce(file, signal) {
  const ends = [await piece(file, 0, LEAST), await piece(file, Math.max(0, file.size - LEAST), file.size)];
  const print = new Sha256().update(utf8(`${file.name}\n${file.size}\n`)).update(ends[0]).update(ends[1]).digest();
  const said = { filename: utf8(file.name.slice(0, 300)), fingerprint: utf8(hex(print)) };
  const metadata = Object.entries(said).map(([name, value]) => `${name} ${base64(value)}`).join(",");
  try {
    const answer = await ask(form.dataset.uploads, "POST", { "Upload-Length": String(file.size), "Upload-Metadata": metadata }, undefined, signal);
    return answer.headers.get("Location");
  } catch (error) {
    throw error.message === "409" ? new Ends("many") : error;
  }
}

class Whole { // the digest of the file so far, whichever pieces were sent by this page
  at = 0;
  #sha = new Sha256();

  async to(file, end) {
    while (this.at < end) {
      const next = Math.min(end, this.at + (1 << 20));
      this.#sha.update(await piece(file, this.at, next));
      this.at = next;
    }
  }

  digest() { return hex(this.#sha.digest()); }
}

async function send(file, signal) {
  const whole = new Whole();
  let size = LEAST, wait = 1000;
  address = "";
  for (;;) {
    try {
      address ||= await announce(file, signal);
      let offset = Number((await ask(address, "HEAD", {}, undefined, signal)).headers.get("Upload-Offset"));
      if (offset > whole.at) say("reads");
      await whole.to(file, offset);
      say("");
      for (show(offset, file.size); offset < file.size; show(offset, file.size)) {
        const bytes = await piece(file, offset, Math.min(file.size, offset + size)), begun = performance.now();
        const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset),
          "Upload-Checksum": `sha256 ${base64(await digest(bytes))}` };
        offset = Number((await ask(address, "PATCH", headers, bytes, signal)).headers.get("Upload-Offset"));
        await whole.to(file, offset);
        if (performance.now() - begun < QUICK_MS) size = Math.min(MOST, size * 2);
        else if (size > LEAST) size /= 2;
        wait = 1000;
      }
      return { upload: new URL(address, location.href).pathname.split("/").pop(), sha256: whole.digest() };
    } catch (error) {
      if (error instanceof Ends || signal.aborted || error.name === "NotReadableError") throw error;
      say("waits");
      size = LEAST;
      await new Promise((done, fail) => {
        setTimeout(done, wait);
        addEventListener("online", done, { once: true });
        signal.addEventListener("abort", () => fail(signal.reason), { once: true });
      });
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    }
  }
}

async function refresh() { // the form may have lain open for hours
  const page = new DOMParser().parseFromString(await (await fetch(location.href, { cache: "no-store" })).text(), "text/html");
  const fresh = page.querySelector("form[data-uploads]");
  if (fresh) token(form).value = token(fresh).value;
}

function buttons(sending) {
  find("[data-pause]").hidden = !sending;
  find("[data-go-on]").hidden = sending;
  for (const each of form.querySelectorAll("button:not([type=button])")) each.disabled = sending;
  input.disabled = sending;
}

async function begin() {
  const file = input.files[0];
  if (!file.size) {
    box.hidden = false;
    for (const each of box.querySelectorAll("#upload-sent, progress, .row")) each.hidden = true;
    say("empty");
    return input.focus();
  }
  for (const each of box.querySelectorAll("#upload-sent, progress, .row")) each.hidden = false;
  going = new AbortController();
  box.hidden = false;
  buttons(true);
  find("[data-pause]").focus();
  find("#upload-sent").textContent = box.dataset.begins;
  const hashes = await hashing;
  if (!hashes) {
    buttons(false); // an input that is disabled is not sent
    return form.submit();
  }
  ({ Sha256, base64, hex, sha256 } = hashes);
  try {
    const fields = await send(file, going.signal);
    say("arrived");
    await refresh();
    for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    form.submit();
  } catch (error) {
    const stopped = going?.signal.aborted;
    buttons(false);
    find("[data-go-on]").hidden = !stopped;
    say(stopped ? "paused" : error instanceof Ends ? error.message : "failed");
    (stopped ? find("[data-go-on]") : input).focus();
  }
}

form.addEventListener("submit", (event) => {
  if (event.submitter?.name === "remove" || !input.files.length) return; // whatever else is pressed, the file that was chosen goes first
  event.preventDefault();
  for (const each of form.querySelectorAll("input[type=hidden][name=upload], input[type=hidden][name=sha256]")) each.remove();
  begin();
});
find("[data-pause]").addEventListener("click", () => going.abort());
find("[data-go-on]").addEventListener("click", () => { if (input.files.length) begin(); });
input.addEventListener("change", () => { find("[data-go-on]").hidden = true; say(""); });
find("[data-give-up]").addEventListener("click", () => {
  going?.abort();
  if (address) ask(address, "DELETE", {}).catch(() => {}); // else it is gone in seven days
  box.hidden = true;
  input.value = "";
  input.focus();
});
