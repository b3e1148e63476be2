// Find and replace: every place is shown before anything is changed, and can be left out. Pure but for the dialog it is given.

const SHOWN = 200, AROUND = 40;
const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

export function pattern(sought, whole, exact) {
  if (!sought.trim()) return null;
  const inside = escaped(sought).replace(/\s+/g, "\\s+");
  return new RegExp(whole ? `(?<![\\p{L}\\p{M}\\p{N}_])${inside}(?![\\p{L}\\p{M}\\p{N}_])` : inside, exact ? "gu" : "giu");
}

// [{place, from, until, text}] of every hit, in order; letters as browsers count them.
export function hits(list, wanted) {
  if (!wanted) return [];
  return list.flatMap(({ text }, place) => [...text.matchAll(wanted)].map((found) => (
    { place, from: found.index, until: found.index + found[0].length, text })));
}

// The list with those hits replaced; `retext` keeps the times of what stays.
export function replaced(list, found, instead, retext) {
  const byPlace = Map.groupBy ? Map.groupBy(found, ({ place }) => place) : found.reduce((all, hit) => all.set(
    hit.place, [...all.get(hit.place) ?? [], hit]), new Map());
  return list.map((segment, place) => (byPlace.get(place) ?? []).toReversed().reduce((made, { from, until }) => {
    const text = made.text.slice(0, from) + instead + made.text.slice(until);
    return text.trim() ? retext(made, text) : made;
  }, segment));
}

function part(name, text) { return Object.assign(document.createElement(name), { textContent: text }); }

function preview({ text, from, until, place }, n, instead, lang) {
  const item = document.createElement("li"), label = document.createElement("label"), words = document.createElement("span");
  const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: true, value: String(n) });
  label.className = "row";
  words.lang = lang;
  words.dir = "auto";
  words.append(`${place + 1}: ${from > AROUND ? "…" : ""}${text.slice(Math.max(0, from - AROUND), from)}`, part("del", text.slice(from, until)),
    " ", part("ins", instead), text.slice(until, until + AROUND));
  label.append(box, words);
  item.append(label);
  return item;
}

// Opens the dialog on a list; `done(hits, instead)` when somebody has said what to replace.
export function finding(dialog, says, done) {
  const form = dialog.querySelector("form"), count = dialog.querySelector("[data-count]"), shown = dialog.querySelector("ol");
  const field = (name) => form.elements[name];
  let list = [], found = [];

  function look() {
    found = hits(list, pattern(field("sought").value, field("whole").checked, field("exact").checked));
    count.textContent = !field("sought").value.trim() ? "" : !found.length ? says.none : [
      says.found.replace("{count}", found.length), found.length > SHOWN ? says.more.replace("{count}", SHOWN) : ""].join(". ");
    shown.replaceChildren(...found.slice(0, SHOWN).map((hit, n) => preview(hit, n, field("instead").value, says.lang)));
  }

  form.addEventListener("input", ({ target }) => { if (!target.closest("ol")) look(); });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "do") return;
    const left = new Set([...shown.querySelectorAll("input:not(:checked)")].map(({ value }) => Number(value)));
    done(found.filter((_, n) => !left.has(n)), field("instead").value);
  });
  return (now, selected) => {
    list = now;
    if (selected) field("sought").value = selected;
    dialog.returnValue = "";
    look();
    dialog.showModal();
    field("sought").select();
  };
}
