// Large text, dark ground: at once, and without losing what was typed.
"use strict";
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-look]");
  if (!button) return;
  event.preventDefault();
  event.stopPropagation();
  const name = button.dataset.look, on = document.documentElement.classList.toggle(name);
  button.setAttribute("aria-pressed", String(on));
  button.form.dataset.alive = "1";
  window.kiosk.post("/kiosk/look", { switch: name, on: on ? "1" : "0" }).catch(() => window.kiosk.lost());
}, true);
