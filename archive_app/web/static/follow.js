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

  // The block of a moment: of several that begin together (where only minutes are known) the one that was gone to, else the first.
  function block({ prefix, order, now }, ms) {
    let low = 0, high = order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (order[middle] <= ms) low = middle + 1; else high = middle;
    }
    if (now && order[low - 1] === order[now.id.slice(1) - 1]) return now;
    return document.getElementById(prefix + Math.max(order.indexOf(order[low - 1]) + 1, 1));
  }

  function moment() {
    begun ||= tapes.playing || Math.abs(tapes.at - opened) > 500;
    if (!begun) return;
    for (const column of columns) {
      const found = block(column, tapes.at);
      if (found !== column.now) mark(column, found);
    }
    CSS.highlights?.set("now", new Highlight(...columns.map(word).filter(Boolean)));
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

  // When the words of a segment begin, where its source says: letters from the beginning of its text, ms on the time line. The page holds
  // both as steps from the word before.
  function spoken({ begins }, element) {
    let at = 0, ms = begins[element.id.slice(1) - 1];
    return (element.dataset.words?.split(" ") ?? []).map((step) => {
      const [letters, later] = step.split(":").map(Number);
      return { at: at += letters, ms: ms += later };
    });
  }

  // The word that is spoken now, as a range: no element changes.
  function word(column) {
    if (!column.now?.dataset.words) return;
    const words = spoken(column, column.now), n = words.findLastIndex(({ ms }) => ms <= tapes.at);
    if (n < 0) return;
    const nodes = letters(column.now), text = nodes.map(({ data }) => data).join("");
    return part(nodes, words[n].at, words[n].at + text.slice(words[n].at, words[n + 1]?.at).match(/^\S*/)[0].length);
  }

  // The text of a segment without the numbers of its footnotes.
  function letters(element) {
    const found = [], texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) if (!texts.currentNode.parentElement.closest("sup")) found.push(texts.currentNode);
    return found;
  }

  function part(nodes, first, last) {
    const range = document.createRange();
    let seen = 0;
    for (const node of nodes) {
      if (first >= seen && first < seen + node.length) range.setStart(node, first - seen);
      if (last > seen && last <= seen + node.length) range.setEnd(node, last - seen);
      seen += node.length;
    }
    return range;
  }

  // The moment of the word under the pointer; that of the segment where its words have none, or where it was not a pointer.
  function pointed(column, element, { clientX, clientY }) {
    const begins = column.begins[element.id.slice(1) - 1];
    if (!element.dataset.words) return begins;
    const place = document.caretPositionFromPoint?.(clientX, clientY) ?? document.caretRangeFromPoint?.(clientX, clientY);
    const node = place?.offsetNode ?? place?.startContainer, nodes = letters(element), n = nodes.indexOf(node);
    if (n < 0) return begins;
    const at = nodes.slice(0, n).reduce((sum, { length }) => sum + length, 0) + (place.offset ?? place.startOffset);
    return spoken(column, element).findLast((word) => word.at <= at)?.ms ?? begins;
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
    const column = element && columns.find(({ prefix }) => element.id.startsWith(prefix));
    if (column) mark(column, element);
    tapes.seek(ms);
    intoSight(element);
  }

  function clicked(event) {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest(".when a, .toc a");
    const words = event.target.closest("a") ? null : event.target.closest(".words span[id]");
    const column = words && columns.find(({ prefix }) => words.id.startsWith(prefix));
    if (column && getSelection().isCollapsed) goTo(pointed(column, words, event), words);
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
  button.addEventListener("click", () => {
    if (button === document.activeElement) bar.querySelector("[data-do=toggle]").focus({ preventScroll: true }); // a hidden one has no focus
    stay(true);
    moment();
    intoSight(columns[0]?.now);
  });
  bar.addEventListener("pointerdown", () => { moving = performance.now() + MOVE_BEGINS; }); // the end of how the reader came to a button
  tapes.addEventListener("moment", moment);
  read();
  return {
    begins: (n) => columns[0]?.begins[n - 1] ?? NaN,
    goTo: (n) => goTo(columns[0]?.begins[n - 1] ?? tapes.at, document.getElementById(`s${n}`)),
  };
}
