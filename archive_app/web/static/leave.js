// Shift three times within a second and a half leaves the page, and the page is not there to go back to.
const link = document.querySelector("[data-leave]");
let pressed = [];

function leave(event) {
  event?.preventDefault();
  document.body.hidden = true;
  location.replace(link.href);
}

link?.addEventListener("click", leave);
addEventListener("keydown", (event) => {
  if (event.key !== "Shift") pressed = [];
  else if (!event.repeat) {
    pressed = [...pressed.filter((at) => event.timeStamp - at < 1500), event.timeStamp];
    if (pressed.length >= 3) leave(event);
  }
});
