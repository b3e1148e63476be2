// Shift three times within a second and a half leaves the page, and the page is not there to go back to. No answer of the archive is waited
// for: this browser is out by itself, and the archive is told beside it, to end the visit.
const link = document.querySelector("[data-leave]");
let pressed = [];

function leave(event) {
  event?.preventDefault();
  document.body.hidden = true;
  document.cookie = `archive_left=1; path=/submit; samesite=strict${location.protocol === "https:" ? "; secure" : ""}`;
  location.replace(link.dataset.leave || link.href);
  fetch(link.href, { keepalive: true, redirect: "manual" }).catch(() => {}); // it may be down
}

document.querySelector("[data-shift]")?.removeAttribute("hidden"); // without script it would not be true
link?.addEventListener("click", leave);
addEventListener("keydown", (event) => {
  if (event.key !== "Shift") pressed = [];
  else if (!event.repeat) {
    pressed = [...pressed.filter((at) => event.timeStamp - at < 1500), event.timeStamp];
    if (pressed.length >= 3) leave(event);
  }
});
