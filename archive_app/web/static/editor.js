// The transcript editor: joins the list of segments, the rows that show it, the draft on the server, the recordings and the keys. What it
// says stands in the page, in its language; the addresses of its modules hold a digest, so the page names them.

const says = document.querySelector("#editor").dataset;
const [segments, { Rows }, { Saving }, { finding, replaced }, { playing, spoken }, dialogs, { Tapes }, { switchOf }] = await Promise.all(
  [says.segments, says.rows, says.saving, says.finding, says.playing, says.dialogs, says.tapes, says.keys].map((address) => import(address)));
const { clock, counted, cut, exactly, joined, moment, moved, readTime, retext, splice, units } = segments;
const made = (id) => document.querySelector(`template#${id}`).content.cloneNode(true);
const keysOff = switchOf("editor-keys-off"), MOST_UNDONE = 300, PAUSE = 1_000, SAID_FOR = 6_000;

const answer = await fetch(says.address);
const opened = await answer.json();
let list = opened.segments.map(segments.read), now = -1, current = 0, undo = [], redo = [], last = { key: 0, at: 0 }, forgetting = 0;

const bar = made("bar").firstElementChild, side = made("list"), parts = made("dialogs");
const status = document.querySelector("[data-status]"), finish = document.querySelector("a[data-finish]");
const tapeElements = [...document.querySelectorAll(".tape :is(audio, video)")];
const tapes = tapeElements.length ? new Tapes(tapeElements) : null;
const isLong = Math.max(tapes?.length ?? 0, ...list.map(({ end, start }) => end ?? start ?? 0)) >= 3_600_000;
const time = (ms) => clock(ms, isLong);
const rows = new Rows(side.querySelector("ol"), document.querySelector("template#segment"), says, time);
const saving = new Saving(says.save, splice, segments.write, says.told.split(" "));
const notices = Object.fromEntries([...parts.querySelectorAll("[data-notice]")].map((each) => [each.dataset.notice, each]));
const otherDraft = parts.querySelector("[data-other-draft]");
const dialog = Object.fromEntries([...parts.querySelectorAll("dialog")].map((each) => [each.dataset.dialog, each]));

function say(words) {
  clearTimeout(forgetting);
  bar.querySelector(".message").textContent = words;
  forgetting = setTimeout(() => say(""), SAID_FOR);
}

// --- changing: every change is a new list; what it was before can come back

function take(next, { typing = false, back = false } = {}) {
  if (next === list) return;
  const key = next[current]?.key ?? 0, at = performance.now();
  if (!back) {
    if (!typing || last.key !== key || at - last.at > PAUSE || !undo.length) undo.push({ list, current });
    if (undo.length > MOST_UNDONE) undo.shift();
    redo = [];
  }
  last = typing ? { key, at } : { key: 0, at: 0 };
  list = next;
  typing ? rows.typed(list) : rows.show(list, splice);
  saving.changed(list);
  clean();
}

// What is said while somebody types is not said anew at every letter: when it was saved last stays, and whether all of it is, is marked.
function clean() {
  const now = saving.clean ? "yes" : "no";
  if (status.dataset.clean !== now) status.dataset.clean = now;
}

function state(words) {
  if (status.textContent !== words) status.textContent = words;
  clean();
}

function step(from, to, done) {
  const before = from.pop();
  if (!before) return say(says.noUndo);
  to.push({ list, current });
  take(before.list, { back: true });
  go(Math.min(before.current, list.length - 1));
  say(done);
}

function go(place, letter) {
  const words = rows.words(place);
  if (!words) return;
  current = place;
  words.focus();
  if (letter !== undefined) words.setSelectionRange(letter, letter);
}

function split() {
  const words = rows.words(current), made = words && cut(list[current], counted(words.value, words.selectionStart));
  if (!made) return;
  take(list.toSpliced(current, 1, ...made));
  go(current + 1, 0);
}

function join() {
  if (!list[current + 1]) return;
  const at = list[current].text.trimEnd().length + 1;
  take(list.toSpliced(current, 2, joined(list[current], list[current + 1])));
  go(current, at);
}

function drop() {
  if (list.length < 2) return say(says.atLeast);
  take(list.toSpliced(current, 1));
  go(Math.min(current, list.length - 1), 0);
}

function names() { return [...new Set(list.map(({ speaker }) => speaker).filter(Boolean))]; }

function speaker(place, name) {
  if (name === undefined || name === list[place].speaker) return;
  take(list.with(place, { ...list[place], speaker: name }));
}

function hear() {
  const words = rows.words(current), at = moment(list[current], counted(words.value, words.selectionStart));
  if (at !== null) player?.seek(at);
}

const openTimes = dialogs.times(dialog.times, says, { exactly, readTime, moved }, (next) => take(next));
const openFinding = finding(dialog.find, says, (found, instead) => {
  take(found.length ? replaced(list, found, instead, retext) : list);
  say(says.replaced.replace("{count}", found.length));
});
const openSpeaker = dialogs.speakers(dialog.speaker, (next, place) => {
  rows.forget();
  take(next);
  rows.row(place)?.querySelector("select").focus();
});

// --- hearing

function marked(ms, plays) {
  const place = spoken(list, ms, now);
  if (place === now && rows.row(place)?.hasAttribute("aria-current")) return;
  listed.querySelector(":scope > [aria-current]")?.removeAttribute("aria-current");
  now = place;
  const row = rows.row(place);
  row?.setAttribute("aria-current", "true");
  if (plays && row && !document.activeElement?.closest(".edit")) row.scrollIntoView({ block: "center" });
}

// --- keys

const acts = {
  toggle: () => player?.toggle(), back: () => player?.back(), split, join, drop,
  times: () => openTimes(list, current), find: () => openFinding(list, String(getSelection() ?? "").trim().slice(0, 100)),
  undo: () => step(undo, redo, says.undone), redo: () => step(redo, undo, says.redone),
};

function act({ key, code, ctrlKey, metaKey, altKey, shiftKey, target }) {
  const strong = ctrlKey || metaKey, place = rows.place(target);
  if (key === "Escape") return acts.toggle;
  if (strong && code === "KeyZ") return shiftKey ? acts.redo : acts.undo;
  if (strong && code === "KeyY") return acts.redo;
  if (strong && code === "KeyS") return () => saving.now();
  if (altKey && code === "KeyH") return acts.find;
  if (place < 0) return null;
  if (strong && key === "Enter") return split;
  if (strong && code === "KeyJ") return join;
  if (strong && key === "ArrowUp") return () => go(Math.max(0, current - 1), 0);
  if (strong && key === "ArrowDown") return () => go(Math.min(list.length - 1, current + 1), 0);
  if (altKey && key === "Enter") return hear;
  if (altKey && code === "KeyT") return acts.times;
  if (altKey && /^Digit[1-9]$/.test(code)) return () => speaker(current, names()[Number(code.at(-1)) - 1]);
  if (target.localName === "textarea" && key === "Enter") return () => go(Math.min(list.length - 1, current + 1), 0);
  if (target.localName === "textarea" && key === "Backspace" && !target.value) return drop;
  return null;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || keysOff() || document.querySelector("dialog[open]")) return;
  if (event.target.localName === "select" && event.key === "Escape") return;
  const done = act(event);
  if (!done) return;
  event.preventDefault();
  done();
});

// What is withheld is counted in the version that is read, and a draft may be cut otherwise: the time says which segment is meant.
function point() {
  const to = new URL(withhold.href), start = list[current]?.start ?? null;
  start === null ? to.searchParams.delete("at") : to.searchParams.set("at", start);
  withhold.href = to;
}

// --- what is typed, chosen, clicked

const listed = rows.list, withhold = side.querySelector("[data-withhold]");
listed.addEventListener("focusin", ({ target }) => {
  current = Math.max(0, rows.place(target));
  point();
  if (target.localName === "select") rows.choices(target, names());
  else if (target.localName === "textarea") rows.hold(target);
});
listed.addEventListener("focusout", ({ target }) => { if (target.localName === "textarea") rows.release(target); });
listed.addEventListener("pointerdown", ({ target }) => { if (target.localName === "select") rows.choices(target, names()); });
listed.addEventListener("input", ({ target }) => {
  if (target.localName !== "textarea") return;
  if (/[\r\n]/.test(target.value)) {
    const at = target.selectionStart;
    target.value = target.value.replace(/[\r\n]/g, " ");
    target.setSelectionRange(at, at);
  }
  rows.grown(target);
  take(list.with(current, retext(list[current], target.value)), { typing: true });
});
listed.addEventListener("change", ({ target }) => {
  if (target.localName !== "select") return;
  const place = rows.place(target);
  target.value === "\n" ? openSpeaker(list, place) : speaker(place, target.value);
});
listed.addEventListener("click", ({ target, detail }) => {
  const place = rows.place(target);
  if (place < 0) return;
  if (target.closest("button")) return player?.seek(list[place].start);
  const { selectionStart: from, selectionEnd: until, localName } = target;
  const at = localName === "textarea" && from === until && detail ? moment(list[place], counted(list[place].text, from)) : null;
  if (at !== null) player?.seek(at);
});
bar.addEventListener("click", ({ target }) => acts[target.closest("[data-do]")?.dataset.do]?.());
bar.querySelector(".tools").addEventListener("pointerdown", (event) => event.preventDefault()); // the cursor stays where it is

// --- the draft

const named = (address) => address.replace("/drafts/0/", `/drafts/${saving.state.draft}/`).replace("draft=0", `draft=${saving.state.draft}`);

// Who opened it at the same time and has begun a draft as well: said where the words are, since this page is not loaded anew.
function atWork(others) {
  for (const { says: words, edit, compare } of others) {
    const item = otherDraft.cloneNode(true);
    item.querySelector("span").textContent = words;
    item.querySelector("[data-go-on]").href = edit;
    item.querySelector("[data-compare]").href = compare;
    notices.others.querySelector("ul").append(item);
  }
  bar.firstElementChild.prepend(notices.others);
}

const told = {
  saved({ saved_utc_ms, base, current: read, others }) {
    const at = new Date(saved_utc_ms).toLocaleTimeString(says.ui, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    state(says.saved.replace("{time}", at));
    finish.hidden = false;
    finish.href = named(says.finish);
    if (!new URLSearchParams(location.search).has("draft")) history.replaceState(null, "", named(says.edit));
    if (others.length) atWork(others);
    if (read === base) return;
    notices.newer.querySelector("[data-both]").href = named(says.finish);
    bar.firstElementChild.prepend(notices.newer);
  },
  conflict({ draft }) {
    state(says.unsaved);
    notices.conflict.querySelector("[data-other]").href = draft ? says.edit.replace("draft=0", `draft=${draft}`) : location.pathname;
    bar.firstElementChild.prepend(notices.conflict);
  },
  offline: () => state(says.offline),
  signedOut: () => state(says.signedOut),
  invalid: ({ message }) => state(says.refused.replace("{reason}", message)),
};
saving.addEventListener("told", ({ detail }) => told[detail.name]?.(detail));
notices.others.querySelector("[data-told]").addEventListener("click", () => {
  notices.others.remove();
  notices.others.querySelector("ul").replaceChildren();
  go(current);
});
notices.conflict.querySelector("[data-own]").addEventListener("click", async () => {
  notices.conflict.remove();
  const here = new URL(location.href);
  here.searchParams.delete("draft"); // the language stays
  history.replaceState(null, "", here);
  await saving.own();
});
finish.addEventListener("click", async (event) => {
  if (saving.clean) return;
  event.preventDefault();
  for (let tries = 0; tries < 3 && !saving.clean; tries++) await saving.now();
  if (saving.clean) location.assign(finish.href);
});
addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") saving.now(true); });
addEventListener("pagehide", () => saving.now(true));
addEventListener("beforeunload", (event) => { if (!saving.clean) event.preventDefault(); });

// --- begin

saving.opened(opened, list);
document.querySelector(".plainly").replaceWith(side);
document.querySelector("#editor").before(bar);
bar.querySelector(".tools").append(status); // the bar stays in sight, the head of the page does not
document.querySelector("main").append(...Object.values(dialog));
document.body.classList.add("plays", "edits");
const recorded = document.querySelector(".recordings");
recorded.hidden = !tapeElements.some(({ localName }) => localName === "video");
for (const element of tapeElements) element.controls = false;
const player = tapes && playing(tapes, bar, time, marked);
const keysBox = document.querySelector("[data-keys]");
keysBox.checked = !keysOff();
keysBox.addEventListener("change", () => keysOff(!keysBox.checked));
await rows.begin(() => list, splice);
if (/^#s[1-9]\d{0,5}$/.test(location.hash)) go(Math.min(Number(location.hash.slice(2)), list.length) - 1, 0);
document.documentElement.dataset.editor = "ready";
