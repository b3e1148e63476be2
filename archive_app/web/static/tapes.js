// Several recordings on one time line, in ms: where it stands, what comes next, what is gone. Knows nothing of buttons or of words.
//
// Events: "moment" (where it stands, or whether it plays, has changed), "tape" (another one is the current), "gone" (a recording was
// closed: nothing plays any more), "broken" (it could not be loaded; play() tries again).

const OFTEN = 100;
const PREPARED = 15_000;

export class Tapes extends EventTarget {
  #timer = 0;

  constructor(elements) {
    super();
    this.all = elements.map((element) => ({
      element, start: Number(element.dataset.start), length: Number(element.dataset.length), label: element.dataset.label,
    }));
    this.current = this.all.find((tape) => tape.element.preload === "metadata") ?? this.all[0];
    for (const tape of this.all) this.#listen(tape);
  }

  #listen(tape) {
    const on = (name, done) => tape.element.addEventListener(name, () => tape === this.current && done());
    for (const name of ["timeupdate", "seeking", "pause", "durationchange"]) on(name, () => this.#say());
    on("play", () => this.#watch());
    on("ended", () => this.#goOn());
    on("error", () => this.#lost(tape));
  }

  // In whole ms: seconds as browsers keep them would fall short of the very block that was asked for.
  get at() { return Math.round(this.current.start + this.current.element.currentTime * 1000); }

  get length() {
    return Math.max(...this.all.map(({ element, start, length }) => start + (Number.isFinite(element.duration) ? element.duration * 1000 : length)));
  }

  get playing() { return !this.current.element.paused && !this.current.element.ended; }

  get speed() { return this.current.element.playbackRate; }

  set speed(factor) {
    for (const { element } of this.all) element.playbackRate = element.defaultPlaybackRate = factor;
  }

  // Never starts by itself what did not play.
  seek(ms) {
    const wanted = Math.min(Math.max(ms, 0), this.length);
    const tape = this.all.findLast(({ start }) => start <= wanted) ?? this.all[0];
    const played = this.playing;
    if (tape !== this.current) {
      this.current.element.pause();
      this.#take(tape);
    }
    if (tape.element.preload === "none") tape.element.preload = "metadata";
    tape.element.currentTime = Math.max(0, wanted - tape.start) / 1000;
    if (played) this.#start();
    this.#say();
  }

  play() {
    const { element } = this.current;
    if (element.error) {
      const at = element.currentTime;
      element.load();
      element.currentTime = at;
    }
    if (element.ended && this.current === this.all.at(-1)) this.seek(0);
    this.#start();
  }

  pause() { this.current.element.pause(); }

  toggle() { this.playing ? this.pause() : this.play(); }

  #start() {
    this.current.element.play().catch(() => {}); // refused or interrupted: "pause" and "error" tell
  }

  #take(tape) {
    for (const other of this.all) if (other !== tape) other.element.pause();
    this.current = tape;
    this.dispatchEvent(new Event("tape"));
  }

  #goOn() {
    const next = this.all[this.all.indexOf(this.current) + 1];
    if (!next) return this.#say();
    next.element.currentTime = 0;
    this.#take(next);
    this.#start();
  }

  // "timeupdate" comes four times a second: too seldom for words.
  #watch() {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#say(), OFTEN);
  }

  #say() {
    if (!this.playing) clearInterval(this.#timer);
    const next = this.all[this.all.indexOf(this.current) + 1];
    if (this.playing && next?.element.preload === "none" && next.start - this.at < PREPARED) next.element.preload = "auto";
    this.dispatchEvent(new Event("moment"));
  }

  // A part that is refused with 404 has been closed: what was loaded of it is thrown away, of every tape.
  async #lost({ element }) {
    element.pause();
    const status = await fetch(element.currentSrc.split("#")[0], { method: "HEAD" }).then((answer) => answer.status, () => 0);
    const gone = status === 404;
    if (gone) {
      for (const tape of this.all) {
        tape.element.replaceChildren();
        tape.element.removeAttribute("src");
        tape.element.removeAttribute("poster");
        tape.element.load();
      }
    }
    this.#say();
    this.dispatchEvent(new Event(gone ? "gone" : "broken"));
  }
}
