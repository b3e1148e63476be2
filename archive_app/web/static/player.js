// The player of a testimony: puts its own row in the place of the recordings' native controls, and joins tapes and words. What it says
// stands in the page, in its language. The addresses of its modules hold a digest, so the page names them.

const template = document.querySelector("template#player").content.cloneNode(true);
const [bar, help] = [template.querySelector(".player"), template.querySelector("dialog")];
const [{ Tapes }, { follow }, { switchOf }] = await Promise.all(
  [bar.dataset.tapes, bar.dataset.follow, bar.dataset.keys].map((address) => import(address)));
const find = (selector) => bar.querySelector(selector);
const tapes = new Tapes([...document.querySelectorAll(".tape :is(audio, video)")]);
const line = find("input"), speed = find("[data-speed]"), foot = find(".bar");
const LETTERS = { KeyC: "c", KeyJ: "j", KeyK: "k", KeyL: "l" };
const SKIP = 10_000, STEP = 5_000, LEAP = 60_000, SAID_FOR = 8_000;
const keysOff = switchOf("player-keys-off");
let dragging = false, touched = false, second = -1, forgetting = 0, place = -1;

function time(ms) {
  const seconds = Math.floor(Math.max(0, ms) / 1000), pad = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60)];
  return tapes.length >= 3_600_000 ? `${hours}:${pad(minutes % 60)}:${pad(seconds % 60)}` : `${pad(minutes)}:${pad(seconds % 60)}`;
}

function say(words, address = "") {
  clearTimeout(forgetting);
  find(".message").textContent = `${words} ${address}`.trim();
  if (!address) forgetting = setTimeout(() => { find(".message").textContent = ""; }, SAID_FOR);
}

// Once a second, and when it stops: what tells and names the moment.
function moment() {
  if (!line.isConnected) return;
  for (const each of bar.querySelectorAll("[data-while]")) each.hidden = (each.dataset.while === "playing") !== tapes.playing;
  const now = Math.floor(tapes.at / 1000);
  if (dragging || now === second) return;
  second = now;
  tell(tapes.at);
  line.value = now;
  touched ||= tapes.playing || now !== Math.floor(opened / 1000);
  if (!touched) return; // what is cited is what the page was opened at, not two seconds before
  for (const link of document.querySelectorAll("a[data-moment]")) {
    const address = new URL(link.href);
    address.searchParams.set("t", now);
    link.href = address;
    link.closest("[hidden]")?.removeAttribute("hidden");
  }
}

function tell(ms) {
  find("[data-at]").textContent = time(ms);
  line.setAttribute("aria-valuetext", time(ms));
}

function tape() {
  for (const { element } of tapes.all) element.closest("figure").hidden = element.localName === "audio" || element !== tapes.current.element;
  const name = find("[data-tape]");
  if (name) name.textContent = tapes.current.label || `${tapes.all.indexOf(tapes.current) + 1} / ${tapes.all.length}`;
}

async function wave() {
  const peaks = await Promise.all(tapes.all.map(async ({ element, start }) => {
    const answer = element.dataset.peaks && await fetch(element.dataset.peaks);
    const { data = [], samples_per_pixel = 0, sample_rate = 1 } = answer?.ok ? await answer.json() : {};
    return { data, start, step: samples_per_pixel * 1000 / sample_rate };
  }));
  const loudest = 127 / peaks.reduce((most, { data }) => data.reduce((one, other) => Math.max(one, Math.abs(other)), most), 1);
  const upright = ({ data, start, step }) => {
    const at = (n) => ((start + (n >> 1) * step) / tapes.length * 1000).toFixed(2), height = (n) => (-data[n] * loudest).toFixed(0);
    const lows = [...data.keys()].filter((n) => n % 2 === 0), outline = [...lows.map((n) => n + 1), ...lows.reverse()];
    return outline.length ? `M${outline.map((n) => `${at(n)} ${height(n)}`).join("L")}Z` : "";
  };
  find(".wave path")?.setAttribute("d", peaks.map(upright).join(""));
}

function found() { return bar.dataset.found.split(" ").filter(Boolean).map(Number); }

function hit(towards) {
  const all = found(), times = all.map(words.begins);
  const there = place in all && !(Math.abs(times[place] - tapes.at) > 1000);
  const next = there ? place + towards : towards > 0 ? times.findIndex((ms) => ms > tapes.at) : times.findLastIndex((ms) => ms < tapes.at);
  place = (Math.max(next, there || towards < 0 ? next : 0) + all.length) % all.length;
  find("[data-hits]").textContent = bar.dataset.hit.replace("{n}", place + 1);
  words.goTo(all[place]);
}

// After another transcript has come: its hits.
function changed(page) {
  const other = page.querySelector("template#player")?.content.querySelector(".player");
  if (!other) return;
  place = -1;
  Object.assign(bar.dataset, { found: other.dataset.found, hit: other.dataset.hit });
  for (const part of [".ticks", ".end"]) find(part).replaceWith(other.querySelector(part));
  second = -1;
  moment();
}

function copy() {
  const address = new URL(location), now = time(tapes.at);
  address.hash = "";
  address.searchParams.set("t", Math.floor(tapes.at / 1000));
  const refused = () => say(bar.dataset.notCopied.replace("{time}", now), address);
  navigator.clipboard?.writeText(address.href).then(() => say(bar.dataset.copied.replace("{time}", now)), refused) ?? refused();
}

function faster(by) {
  speed.selectedIndex = Math.min(Math.max(speed.selectedIndex + by, 0), speed.length - 1);
  tapes.speed = Number(speed.value);
}

const acts = {
  toggle: () => tapes.toggle(), back: () => tapes.seek(tapes.at - SKIP), on: () => tapes.seek(tapes.at + SKIP),
  previous: () => hit(-1), next: () => hit(1), keys: () => help.showModal(), close: () => help.close(),
};
const keys = {
  " ": acts.toggle, k: acts.toggle, j: acts.back, l: acts.on, c: copy, "?": acts.keys,
  ArrowLeft: () => tapes.seek(tapes.at - STEP), ArrowRight: () => tapes.seek(tapes.at + STEP), "<": () => faster(-1), ">": () => faster(1),
  "/": () => document.querySelector(".tools [type=search]")?.focus(),
};
const moves = { // of the line itself, which no switch turns off
  ArrowLeft: keys.ArrowLeft, ArrowDown: keys.ArrowLeft, ArrowRight: keys.ArrowRight, ArrowUp: keys.ArrowRight,
  PageUp: () => tapes.seek(tapes.at + LEAP), PageDown: () => tapes.seek(tapes.at - LEAP),
};

function pressed(event) {
  const other = event.key.length === 1 && !/[a-z]/i.test(event.key); // of another alphabet, on which the same keys do the same
  const key = (other && LETTERS[event.code]) || (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  if (!line.isConnected || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const onLine = event.target === line, within = (selector) => event.target.closest?.(selector);
  if (!(onLine && key in moves) && (keysOff() || help.open)) return;
  if (!onLine && within("input, select, textarea, audio, video, [contenteditable]")) return;
  if (key === " " && within("button, summary")) return;
  const act = onLine && moves[key] || keys[key];
  if (!act) return;
  event.preventDefault();
  act();
}

const opened = tapes.current.start + 1000 * Number(tapes.current.element.src.split("#t=")[1] ?? 0);
document.querySelector(".recordings").after(bar, help);
for (const { element } of tapes.all) if (element.localName === "video") bar.insertBefore(element.closest("figure"), foot);
document.body.classList.add("plays");
const words = follow(tapes, bar, opened, changed);
tape();
find("[data-end]").textContent = time(tapes.length);
for (const part of [bar, help]) part.addEventListener("click", ({ target }) => acts[target.closest("[data-do]")?.dataset.do]?.());
line.addEventListener("input", () => { dragging = true; tell(line.value * 1000); });
line.addEventListener("change", () => { dragging = false; tapes.seek(line.value * 1000); });
speed.addEventListener("change", () => { tapes.speed = Number(speed.value); });
help.querySelector("[data-keys]").checked = !keysOff();
help.addEventListener("change", ({ target }) => keysOff(!target.checked));
document.addEventListener("keydown", pressed);
document.addEventListener("play", ({ target }) => { if (!tapes.all.some(({ element }) => element === target)) tapes.pause(); }, true);
tapes.addEventListener("moment", moment);
tapes.addEventListener("tape", tape);
tapes.addEventListener("broken", () => say(bar.dataset.broken));
tapes.addEventListener("gone", () => {
  const sentence = Object.assign(document.createElement("p"), { className: "notice", textContent: bar.dataset.gone });
  sentence.setAttribute("role", "alert");
  foot.replaceChildren(sentence);
});
wave().catch(() => {});
