// What was written is sent only while the archive can be reached: a page that the browser puts in its place when the line is down would lose
// it. Without this script the browser's own "reload" sends it again.

const ASKED_MS = 20_000;
let sent = null, asking = false;

async function send(event) {
  const form = event.target, by = event.submitter, said = form.querySelector("[data-line]");
  if (sent === form) return;
  event.preventDefault();
  if (asking) return;
  asking = true;
  try {
    await fetch(import.meta.url, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(ASKED_MS) });
  } catch {
    said.textContent = said.dataset.line;
    said.focus();
    return;
  } finally {
    asking = false;
  }
  sent = form;
  form.requestSubmit(by);
}

for (const said of document.querySelectorAll("[data-line]")) said.closest("form").addEventListener("submit", send);
addEventListener("pageshow", () => { sent = null; });
