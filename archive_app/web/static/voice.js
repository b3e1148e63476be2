// A voice is recorded in the browser and put where a chosen file would be: the form then sends it like any other. Nothing leaves this page,
// and nothing is kept, before "Add" or another button of the form. Where the browser cannot record, nothing of this is seen.

const box = document.querySelector("[data-voice]");
const form = box.closest("form"), input = form.querySelector("input[type=file]");
const find = (name) => box.querySelector(`[data-${name}]`);
const ENDINGS = { "audio/webm": "webm", "audio/ogg": "ogg", "audio/mp4": "m4a" };
let recorder = null, parts = [], began = 0, ticking = 0;

const say = (what) => { find("said").textContent = what ? box.dataset[what] : ""; };
const spent = () => Math.floor((performance.now() - began) / 1000);
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function show(state) { // idle, recording, recorded
  for (const each of box.querySelectorAll("[data-in]")) each.hidden = !each.dataset.in.split(" ").includes(state);
  clearInterval(ticking);
  if (state === "recording") ticking = setInterval(() => { find("time").textContent = clock(spent()); }, 500);
}

async function record() {
  let sound;
  try {
    sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch (error) {
    return say(error.name === "NotFoundError" ? "none" : "denied");
  }
  say("");
  discard();
  recorder = new MediaRecorder(sound);
  recorder.addEventListener("dataavailable", (event) => { if (event.data.size) parts.push(event.data); });
  recorder.addEventListener("stop", () => {
    for (const track of sound.getTracks()) track.stop();
    recorded();
  });
  recorder.start(1000);
  began = performance.now();
  find("time").textContent = clock(0);
  show("recording");
  find("stop").focus();
}

function recorded() {
  if (!parts.length) return show("idle");
  find("heard").src = URL.createObjectURL(new Blob(parts, { type: recorder.mimeType }));
  show("recorded");
  find("add").focus();
}

function discard() {
  if (find("heard").src) URL.revokeObjectURL(find("heard").src);
  find("heard").removeAttribute("src");
  parts = [];
}

function put() { // where a chosen file would be
  const type = recorder.mimeType.split(";")[0], name = `${box.dataset.name}.${ENDINGS[type] ?? "webm"}`, files = new DataTransfer();
  files.items.add(new File(parts, name, { type }));
  input.files = files.files;
  discard();
  show("idle");
}

function add() {
  put();
  form.requestSubmit(form.querySelector("button:not([type=button], [name])"));
}

function keep(event) { // whatever button is pressed: what was spoken and neither added nor thrown away goes with it
  if (recorder?.state === "recording") {
    event.preventDefault();
    event.stopImmediatePropagation();
    recorder.stop();
  } else if (parts.length) put();
}

if (globalThis.MediaRecorder && navigator.mediaDevices?.getUserMedia) {
  box.hidden = false;
  show("idle");
  form.addEventListener("submit", keep, { capture: true });
  find("record").addEventListener("click", record);
  find("stop").addEventListener("click", () => recorder.stop());
  find("again").addEventListener("click", record);
  find("add").addEventListener("click", add);
  find("away").addEventListener("click", () => { discard(); show("idle"); find("record").focus(); });
}
