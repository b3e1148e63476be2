// The draft on the server: saved within two seconds of a change, as the one splice that leads from what is there to what is here. Words are
// kept nowhere else: not in this browser, which may be anybody's.

const SOON = 2_000, AGAIN = 4_000, MOST_KEPT_ALIVE = 60_000;

export class Saving extends EventTarget {
  #timer = 0;
  #running = null;

  // `told`: the drafts of others that the page speaks of already.
  constructor(address, splice, write, told) {
    super();
    Object.assign(this, { address, splice, write, told, saved: [], list: [], state: {}, stopped: false });
  }

  opened({ draft, serial, base, current, token }, list) {
    this.state = { draft, serial, base, token, current };
    this.saved = this.list = list;
  }

  get clean() { return this.saved === this.list; }

  changed(list) {
    this.list = list;
    if (!this.clean && !this.#timer && !this.stopped) this.#timer = setTimeout(() => this.now(), SOON);
  }

  // Saves what there is; while that is on its way nothing else is sent, so that nothing overtakes it.
  now(leaving = false) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.clean || this.stopped) return this.#running;
    this.#running ??= this.#send(leaving).catch(() => this.#later("offline")).finally(() => {
      this.#running = null;
      if (!this.clean && !this.#timer && !this.stopped) this.#timer = setTimeout(() => this.now(), SOON);
    });
    return this.#running;
  }

  // As a draft of its own, beside the one that somebody else has changed.
  async own() {
    Object.assign(this.state, { draft: 0, serial: 0 });
    this.saved = null;
    this.stopped = false;
    await this.now();
  }

  async #send(leaving) {
    const list = this.list, { at, remove, put } = this.saved ? this.splice(this.saved, list) : { at: 0, remove: "all", put: list };
    const { draft, serial, base, token } = this.state;
    const segments = JSON.stringify(put.map(this.write));
    const body = new URLSearchParams({ csrf_token: token, draft, serial, base, at, remove, told: this.told.join(" "), segments });
    const keepalive = leaving && body.toString().length < MOST_KEPT_ALIVE;
    const answer = await fetch(this.address, { method: "POST", body, redirect: "manual", keepalive });
    if (answer.type === "opaqueredirect") return this.#later("signedOut");
    const told = await answer.json();
    if (answer.ok) {
      this.state = told;
      this.told.push(...told.others.map(({ key }) => key));
      this.saved = list;
      return this.#say("saved", told);
    }
    if (told.error === "stale") return this.#refresh();
    this.stopped = told.error === "conflict";
    if (!this.stopped) this.#timer = setTimeout(() => this.now(), AGAIN);
    return this.#say(told.error, told);
  }

  // The token of a form lasts an hour, a session longer: another is asked for, what is here stays.
  async #refresh() {
    const answer = await fetch(`${this.address.split("?")[0]}?draft=new`, { redirect: "manual" });
    if (!answer.ok) return this.#later("signedOut");
    this.state.token = (await answer.json()).token;
    this.#timer = setTimeout(() => this.now(), 0);
  }

  #later(why) {
    this.#timer = setTimeout(() => this.#refresh().catch(() => this.#later("offline")), AGAIN);
    this.#say(why, {});
  }

  #say(name, detail) { this.dispatchEvent(new CustomEvent("told", { detail: { name, ...detail } })); }
}
