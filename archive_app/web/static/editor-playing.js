// The recordings beside the words: one bar in the place of the browser's own controls; where they stand is marked among the rows.

const BACK = 2_000;

export function playing(tapes, bar, clock, marked) {
  const find = (selector) => bar.querySelector(selector), line = find("input"), speed = find("[data-speed]");
  let dragging = false, second = -1;

  function tell(ms) {
    find("[data-at]").textContent = clock(ms);
    line.setAttribute("aria-valuetext", clock(ms));
  }

  function moment() {
    for (const each of bar.querySelectorAll("[data-while]")) each.hidden = (each.dataset.while === "playing") !== tapes.playing;
    marked(tapes.at, tapes.playing);
    const now = Math.floor(tapes.at / 1000);
    if (dragging || now === second) return;
    second = now;
    tell(tapes.at);
    line.value = now;
  }

  line.max = Math.ceil(tapes.length / 1000);
  find("[data-end]").textContent = clock(tapes.length);
  line.addEventListener("input", () => { dragging = true; tell(line.value * 1000); });
  line.addEventListener("change", () => { dragging = false; tapes.seek(line.value * 1000); });
  speed.addEventListener("change", () => { tapes.speed = Number(speed.value); });
  tapes.addEventListener("moment", moment);
  moment();
  return {
    // Pausing goes back a little, so that going on repeats what was heard while the hand went to the key.
    toggle() {
      if (!tapes.playing) return tapes.play();
      tapes.pause();
      tapes.seek(tapes.at - BACK);
    },
    back: () => tapes.seek(tapes.at - BACK),
    seek: (ms) => tapes.seek(ms),
  };
}

// Of segments in the order of the list the one that is spoken at a moment: the last that has begun; -1 before the first.
export function spoken(list, ms, near) {
  const has = (n) => list[n]?.start !== null && list[n]?.start <= ms && !(list[n + 1]?.start <= ms);
  if (near >= 0 && (has(near) || has(near + 1))) return has(near) ? near : near + 1;
  let found = -1;
  for (let n = 0; n < list.length; n++) if (list[n].start !== null && list[n].start <= ms && list[n].start >= (list[found]?.start ?? 0)) found = n;
  return found;
}
