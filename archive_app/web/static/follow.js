// The words follow the recording and lead it: what is spoken is marked and kept in sight until the reader scrolls; a click on words or on a
// time goes there; another transcript comes into its place without stopping what plays.

const READ = "[data-read]";
const SCROLLING = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", " "]);
const MOVE_BEGINS = 500, MOVE_GOES_ON = 200; // ms
const MOTION = matchMedia("(prefers-reduced-motion: no-preference)");

export function follow(tapes, bar, opened, changed) {
  const button = bar.querySelector("[data-do=current]");
  let columns = [], begun = false, following = true, moving = 0, coming = {}, shown = location.pathname + location.search;

  // A column: when its blocks begin, what stands before their numbers in ids, and the one that is marked now.
  function read() {
    const { starts = "", beside = "" } = document.querySelector(".transcript")?.dataset ?? {};
    columns = [["s", starts], ["b", beside]].filter(([, times]) => times).map(([prefix, times]) => {
      const begins = [], order = [];
      for (const time of times.split(" ")) {
        begins.push(time === "-" ? begins.at(-1) ?? 0 : Number(time));
        order.push(Math.max(begins.at(-1), order.at(-1) ?? 0));
      }
      return { prefix, begins, order, now: document.querySelector(`.transcript [aria-current][id^=${prefix}]`) };
    });
  }

  function block({ prefix, order }, ms) {
    let low = 0, high = order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (order[middle] <= ms) low = middle + 1; else high = middle;
    }
    return document.getElementById(prefix + Math.max(low, 1));
  }

  function moment() {
    begun ||= tapes.playing || Math.abs(tapes.at - opened) > 500;
    if (!begun) return;
    for (const column of columns) {
      const found = block(column, tapes.at);
      if (found !== column.now) mark(column, found);
      word(column);
    }
  }

  function mark(column, found) {
    column.now?.removeAttribute("aria-current");
    found?.setAttribute("aria-current", "true");
    column.now = found;
    if (column !== columns[0]) return;
    document.querySelector(".seg.current")?.classList.remove("current");
    found?.closest(".seg")?.classList.add("current");
    if (following && tapes.playing) intoSight(found);
  }

  // The word that is spoken, where a segment says when its words begin (`data-words`, ms from its own beginning). No element changes.
  function word({ now, prefix, begins }) {
    if (prefix !== "s" || !CSS.highlights) return;
    const since = tapes.at - begins[now?.id.slice(1) - 1];
    const at = now?.dataset.words?.split(" ").findLastIndex((time) => Number(time) <= since) ?? -1;
    const place = at < 0 ? null : [...now.textContent.matchAll(/\S+/g)][at];
    if (place) CSS.highlights.set("now", new Highlight(part(now, place.index, place.index + place[0].length)));
    else CSS.highlights.delete("now");
  }

  function part(element, first, last) {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), range = document.createRange();
    for (let seen = 0, text; (text = texts.nextNode()); seen += text.length) {
      if (first >= seen && first < seen + text.length) range.setStart(text, first - seen);
      if (last > seen && last <= seen + text.length) range.setEnd(text, last - seen);
    }
    return range;
  }

  // What the player covers is not in sight. Smoothly only where it is near and the reader wants motion. How high the parts of a long
  // transcript are is known when they are near: so it is looked at again when the way is done.
  function intoSight(element, again = true) {
    if (!element?.isConnected) return;
    const foot = bar.querySelector(".bar"), atFoot = getComputedStyle(foot).position === "fixed";
    const head = atFoot ? 0 : bar.offsetHeight;
    const top = atFoot ? 0 : Math.max(head, bar.getBoundingClientRect().bottom);
    const bottom = atFoot ? foot.getBoundingClientRect().top : innerHeight;
    const place = element.getBoundingClientRect();
    if (place.top >= top + 8 && place.bottom <= bottom - (bottom - top) / 5) return;
    moving = performance.now() + MOVE_BEGINS;
    if (again) addEventListener("scrollend", () => intoSight(element, false), { once: true });
    const way = place.top - head - (bottom - head) / 4;
    scrollBy({ top: way, behavior: Math.abs(way) < innerHeight && MOTION.matches ? "smooth" : "instant" });
  }

  function stay(yes) {
    following = yes;
    button.hidden = yes;
  }

  function moved() {
    if (tapes.playing && following && columns.length) stay(false);
  }

  function goTo(ms, element) {
    stay(true);
    begun = true;
    tapes.seek(ms);
    intoSight(element);
  }

  function clicked(event) {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest(".when a, .toc a");
    const words = event.target.closest("a") ? null : event.target.closest(".words span[id]");
    const column = words && columns.find(({ prefix }) => words.id.startsWith(prefix));
    if (column && getSelection().isCollapsed) goTo(column.begins[words.id.slice(1) - 1], words);
    if (!link) return;
    const ms = 1000 * (link.dataset.t ?? new URL(link.href).searchParams.get("t"));
    if (link.getAttribute("href").startsWith("#")) { // a heading, to which the browser goes
      moving = performance.now() + MOVE_BEGINS;
      return goTo(ms);
    }
    event.preventDefault();
    history.replaceState(null, "", link.href);
    shown = location.pathname + location.search;
    goTo(ms, columns[0] && block(columns[0], ms));
  }

  // The page with another transcript: asked for when it is chosen, shown when the form is sent. Where that fails it is opened as any page.
  function ask(address) {
    const what = address.replace(/\bt=[\d.]+/, ""); // time goes on between the choice and the sending
    if (coming.what !== what) coming = { what, page: fetch(address).then(parsed) };
    return coming.page;
  }

  async function parsed(answer) {
    if (!answer.ok) throw new Error(answer.status);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  function addressOf(form) {
    const asked = new FormData(form);
    if (begun) asked.set("t", Math.floor(tapes.at / 1000));
    for (const [name, value] of [...asked]) if (value === "") asked.delete(name);
    return `${form.getAttribute("action")}?${new URLSearchParams(asked)}`;
  }

  async function show(address, remember) {
    try {
      const page = await ask(address);
      const parts = document.querySelectorAll(READ), fresh = page.querySelectorAll(READ);
      if (parts.length !== 2 || fresh.length !== 2) throw new Error("another kind of page");
      const sent = document.activeElement.matches(".choose button");
      parts.forEach((old, at) => old.replaceWith(fresh[at]));
      if (remember) history.pushState(null, "", address);
      shown = location.pathname + location.search;
      read();
      changed(page);
      moment();
      intoSight(columns[0]?.now);
      if (sent) document.querySelector(".choose button")?.focus({ preventScroll: true });
    } catch {
      location.assign(address);
    }
    coming = {};
  }

  document.addEventListener("click", clicked);
  document.addEventListener("change", ({ target }) => { if (target.form?.matches(".choose")) ask(addressOf(target.form)).catch(() => {}); });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".choose")) return;
    event.preventDefault();
    show(addressOf(event.target), true);
  });
  addEventListener("popstate", () => { if (location.pathname + location.search !== shown) show(location.href, false); });
  addEventListener("wheel", moved, { passive: true });
  addEventListener("touchmove", moved, { passive: true });
  addEventListener("keydown", ({ key, defaultPrevented, target }) => { if (SCROLLING.has(key) && !defaultPrevented && !target.closest?.("input, select, textarea, button, summary, dialog")) moved(); });
  addEventListener("scroll", () => { // one that goes on from ours is ours; whatever else scrolls, a scrollbar or a search, is the reader
    if (performance.now() > moving) moved(); else moving = performance.now() + MOVE_GOES_ON;
  }, { passive: true });
  button.addEventListener("click", () => { stay(true); moment(); intoSight(columns[0]?.now); });
  bar.addEventListener("pointerdown", () => { moving = performance.now() + MOVE_BEGINS; }); // the end of how the reader came to a button
  tapes.addEventListener("moment", moment);
  read();
  return {
    begins: (n) => columns[0]?.begins[n - 1] ?? NaN,
    goTo: (n) => goTo(columns[0]?.begins[n - 1] ?? tapes.at, document.getElementById(`s${n}`)),
  };
}
