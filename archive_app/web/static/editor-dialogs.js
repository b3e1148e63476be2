// The dialogs of times and of speakers: what is typed becomes a change of the list, or is told to be wrong and stays.

export function times(dialog, says, { exactly, readTime, moved }, done) {
  const form = dialog.querySelector("form"), told = dialog.querySelector(".message");
  const field = (name) => form.elements[name];
  let list = [], place = -1;

  function shifted(by) {
    const reach = field("reach").value;
    return list.map((each, n) => (reach === "all" || n === place || (reach === "rest" && n > place) ? moved(each, by) : each));
  }

  function wrong(name) {
    told.textContent = says.wrongTime;
    field(name).setAttribute("aria-invalid", "true");
    field(name).focus();
  }

  form.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "do") return;
    for (const each of ["from", "until", "by"]) field(each).removeAttribute("aria-invalid");
    told.textContent = "";
    const old = list[place], start = readTime(field("from").value), end = readTime(field("until").value);
    const by = Math.round(Number(field("by").value.trim().replace(",", ".")) * 1000);
    const bad = start === undefined ? "from" : end === undefined || (end !== null && (start === null || end < start)) ? "until"
      : !Number.isSafeInteger(by) ? "by" : "";
    if (bad) {
      event.preventDefault();
      return wrong(bad);
    }
    if (by) return done(shifted(by));
    const way = start !== null && old.start !== null ? start - old.start : 0;
    const words = old.words.map(([at, ms]) => [at, ms + way]);
    if (start !== old.start || end !== old.end) done(list.with(place, { ...old, start, end, words }));
  });
  return (now, at) => {
    [list, place] = [now, at];
    form.reset();
    told.textContent = "";
    field("from").value = exactly(list[at].start);
    field("until").value = exactly(list[at].end);
    dialog.showModal();
  };
}

export function speakers(dialog, done) {
  const form = dialog.querySelector("form");
  let list = [], place = -1;
  dialog.addEventListener("close", () => {
    const name = form.elements.name.value.trim().replace(/\s+/g, " "), old = list[place]?.speaker;
    const every = form.elements.where.value === "every";
    if (dialog.returnValue !== "do" || !name) return done(list, place);
    done(list.map((each, n) => (n === place || (every && each.speaker === old) ? { ...each, speaker: name } : each)), place);
  });
  return (now, at) => {
    [list, place] = [now, at];
    form.reset();
    dialog.returnValue = "";
    dialog.showModal();
  };
}
