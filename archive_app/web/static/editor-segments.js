// What can be done to the segments of a transcript. A segment is never changed: another takes its place, so that what was can come back.
// Times are whole ms on the time line or null; `words`: [letters from the beginning, ms] of each timed word. Pure; the archive does the
// same in actions/spoken_lines.py.

let keys = 0;
const LETTER = /[\p{L}\p{N}]/u;

export function read([start, end, speaker, text, cue, language, words]) {
  return { key: ++keys, start, end, speaker, text, cue, language, words };
}

export function write({ start, end, speaker, text, cue, language, words }) {
  return [start, end, speaker, text, cue, language, words];
}

// Letters as the archive counts them: a browser counts some as two (UTF-16).
export function counted(text, units) { return [...text.slice(0, units)].length; }

export function units(text, letters) { return [...text].slice(0, letters).join("").length; }

export function retext(segment, text) {
  if (text === segment.text) return segment;
  const old = [...segment.text], now = [...text], most = Math.min(old.length, now.length);
  let head = 0, tail = 0;
  while (head < most && old[head] === now[head]) head++;
  while (tail < most - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  const behind = old.length - tail, moved = now.length - old.length;
  const words = [];
  segment.words.forEach(([at, ms], n) => {
    const until = segment.words[n + 1]?.[0] ?? old.length; // the next that is timed need not be the next word
    const end = at + [.../^\s*\S*/.exec(old.slice(at, until).join(""))[0]].length;
    if (end < head || (end === head && !LETTER.test(now[head] ?? ""))) words.push([at, ms]);
    else if (at > behind || (at === behind && !LETTER.test(now[at + moved - 1] ?? ""))) words.push([at + moved, ms]);
  });
  return { ...segment, text, words };
}

// The moment at a letter: that of the last timed word before it, else reckoned by letters.
export function moment({ start, end, text, words }, at) {
  const known = words.findLast(([place]) => place <= at);
  if (known) return known[1];
  if (start === null || end === null) return start;
  return start + Math.floor((end - start) * at / Math.max(1, [...text].length));
}

// Two of one; null where one of them would hold no words.
export function cut(segment, at) {
  const letters = [...segment.text], left = letters.slice(0, at).join("").trimEnd(), right = letters.slice(at).join("").trimStart();
  if (!left || !right.trim()) return null;
  const skipped = letters.length - [...right].length, length = [...left].length;
  const behind = segment.words.filter(([place]) => place >= skipped).map(([place, ms]) => [place - skipped, ms]);
  const begins = behind[0]?.[0] === 0 ? behind[0][1] : moment({ ...segment, words: [] }, skipped);
  return [
    { ...segment, text: left, end: begins ?? segment.end, words: segment.words.filter(([place]) => place < length) },
    { ...segment, key: ++keys, text: right, start: begins, cue: "", words: behind },
  ];
}

export function joined(one, other) {
  const text = `${one.text.trimEnd()} ${other.text.trimStart()}`, ahead = [...one.text.trimEnd()].length + 1;
  const skipped = [...other.text].length - [...other.text.trimStart()].length;
  return {
    ...one, text, start: one.start ?? other.start, end: other.end ?? one.end,
    words: [...one.words, ...other.words.map(([at, ms]) => [at - skipped + ahead, ms])],
  };
}

export function moved(segment, by) {
  const later = (ms) => ms === null ? null : Math.max(0, ms + by);
  return { ...segment, start: later(segment.start), end: later(segment.end), words: segment.words.map(([at, ms]) => [at, later(ms)]) };
}

// What has to be taken out of one list, and put in, to come to another: from the first place that differs to the last.
export function splice(before, after) {
  let at = 0, behind = 0;
  const most = Math.min(before.length, after.length);
  while (at < most && before[at] === after[at]) at++;
  while (behind < most - at && before[before.length - 1 - behind] === after[after.length - 1 - behind]) behind++;
  return { at, remove: before.length - behind - at, put: after.slice(at, after.length - behind) };
}

export function clock(ms, long) {
  const seconds = Math.floor(ms / 1000), pad = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60)];
  return long ? `${hours}:${pad(minutes % 60)}:${pad(seconds % 60)}` : `${pad(minutes)}:${pad(seconds % 60)}`;
}

export function exactly(ms) {
  return ms === null ? "" : `${clock(ms, true)}.${String(ms % 1000).padStart(3, "0")}`;
}

// ms of 12:34 or 1:02:03.5; null for nothing, undefined for what is no time.
export function readTime(text) {
  if (!text.trim()) return null;
  const found = /^(?:(\d{1,5}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,9}))?$/.exec(text.trim());
  if (!found || Number(found[2]) > 59 && found[1] !== undefined || Number(found[3]) > 59) return undefined;
  return ((Number(found[1] ?? 0) * 60 + Number(found[2])) * 60 + Number(found[3])) * 1000 + Number(`${found[4] ?? ""}000`.slice(0, 3));
}
