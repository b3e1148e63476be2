// Opened at a moment and not at an anchor: bring that moment into sight. Nothing else depends on this.
if (!location.hash) document.querySelector(".transcript [aria-current]")?.scrollIntoView({ block: "center" });
