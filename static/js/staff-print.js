// The print button of papers; without scripts the browser's own does.
"use strict";
document.querySelectorAll("[data-scripted]").forEach((part) => { part.hidden = false; });
document.querySelectorAll("[data-print]").forEach((button) => {
  button.addEventListener("click", () => window.print());
});
