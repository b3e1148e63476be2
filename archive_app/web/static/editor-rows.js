// The segments as rows of the page: made from a template, kept in step with the list, found by key. Off-screen rows cost no layout
// (content-visibility); the choices of a speaker are made when somebody is about to choose.

const AT_ONCE = 120, AT_A_TIME = 400, A_LINE = 60;
const GROWS = CSS.supports("field-sizing", "content");

export class Rows {
  constructor(list, template, says, long) {
    Object.assign(this, { list, template, says, long, shown: [], rows: new Map(), places: new Map() });
  }

  // Show a list: rows of segments that stay are left as they are, so that the one that has the focus keeps it.
  show(list, splice) {
    const { at, remove, put } = splice(this.shown, list), stays = new Set(put.map(({ key }) => key));
    for (const { key } of this.shown.slice(at, at + remove)) {
      if (stays.has(key)) continue;
      this.rows.get(key).remove();
      this.rows.delete(key);
    }
    let next = this.rows.get(list[at + put.length]?.key) ?? null;
    for (const segment of put.toReversed()) {
      const known = this.rows.get(segment.key), row = known ?? this.#made(segment);
      if (known) this.#fill(row, segment);
      if (row.nextElementSibling !== next || row.parentNode !== this.list) this.list.insertBefore(row, next);
      next = row;
    }
    this.shown = list;
    if (remove !== put.length || put.some(({ key }, n) => this.places.get(key) !== at + n)) this.#number();
    return this;
  }

  // Only the words of one segment are others, and the row has them already: somebody is typing.
  typed(list) { this.shown = list.slice(0, this.shown.length); }

  // The first rows now, the others when the browser has time: a page that can be read comes before one that is whole. `list`: as it is now.
  async begin(list, splice) {
    this.show(list().slice(0, AT_ONCE), splice);
    while (this.shown.length < list().length) {
      await new Promise((then) => setTimeout(then));
      this.show(list().slice(0, this.shown.length + AT_A_TIME), splice);
    }
  }

  #made(segment) {
    const row = this.template.content.firstElementChild.cloneNode(true);
    row.dataset.key = segment.key;
    this.rows.set(segment.key, row);
    const words = row.querySelector("textarea");
    words.lang = segment.language || this.says.lang;
    this.#fill(row, segment);
    return row;
  }

  #fill(row, { text, speaker, start }) {
    const words = row.querySelector("textarea"), select = row.querySelector("select");
    if (words.value !== text) words.value = text;
    if (!GROWS) words.rows = Math.ceil(text.length / A_LINE) || 1;
    if (select.dataset.speaker !== speaker) {
      select.replaceChildren(new Option(speaker || this.says.nobody, speaker, true, true));
      select.dataset.speaker = speaker;
    }
    const time = row.querySelector("time"), at = start === null ? "–" : this.long(start);
    if (time.textContent !== at) time.textContent = at;
    if (row.dataset.labelled !== at) this.#label(row, start === null ? null : at);
  }

  #label(row, at) {
    const [words, select, button] = ["textarea", "select", "button"].map((each) => row.querySelector(each));
    row.dataset.labelled = at ?? "";
    button.hidden = at === null;
    if (at === null) return;
    words.setAttribute("aria-label", this.says.wordsAt.replace("{time}", at));
    select.setAttribute("aria-label", this.says.speakerAt.replace("{time}", at));
    button.setAttribute("aria-label", this.says.hear.replace("{time}", at));
  }

  #number() {
    this.places.clear();
    this.shown.forEach(({ key, start }, n) => {
      this.places.set(key, n);
      if (start !== null) return;
      const row = this.rows.get(key);
      row.querySelector("textarea").setAttribute("aria-label", this.says.wordsOf.replace("{n}", n + 1));
      row.querySelector("select").setAttribute("aria-label", this.says.speakerOf.replace("{n}", n + 1));
    });
  }

  // The row in which somebody types keeps its height until its words need more: else every letter would lay out the whole list anew.
  hold(words) {
    this.release(words);
    const { height } = words.getBoundingClientRect();
    Object.assign(words.style, { fieldSizing: "fixed", height: `${height}px` });
  }

  grown(words) { if (words.scrollHeight > words.clientHeight) this.hold(words); }

  release(words) { Object.assign(words.style, { fieldSizing: "", height: "" }); }

  place(element) { return this.places.get(Number(element?.closest?.("[data-key]")?.dataset.key)) ?? -1; }

  row(place) { return this.rows.get(this.shown[place]?.key); }

  words(place) { return this.row(place)?.querySelector("textarea"); }

  // All that may speak, for whoever is about to choose.
  choices(select, speakers) {
    const chosen = select.dataset.speaker;
    if (select.length > 1) return;
    const names = [...new Set(["", ...speakers, chosen])];
    select.replaceChildren(...names.map((name) => new Option(name || this.says.nobody, name, name === chosen, name === chosen)),
      new Option(this.says.add, "\n"));
  }

  // What was shown of the choices is old as soon as somebody else may speak.
  forget() {
    for (const select of this.list.querySelectorAll("select")) {
      if (select.length > 1) select.replaceChildren(new Option(select.dataset.speaker || this.says.nobody, select.dataset.speaker, true, true));
    }
  }
}
