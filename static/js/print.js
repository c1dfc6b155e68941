// Printing: the button, which stands only where scripts run, and the page that prints itself.
"use strict";
(() => {
  function prepare() {
    document.querySelectorAll("[data-scripted]").forEach((part) => { part.hidden = false; });
    const page = document.querySelector("[data-print-now]");
    if (!page) return;
    page.removeAttribute("data-print-now");
    history.replaceState(history.state, "", location.pathname); // a reload prints nothing
    setTimeout(() => window.print());
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-print]")) return;
    event.preventDefault();
    event.stopPropagation();
    window.print();
  }, true);
  document.addEventListener("DOMContentLoaded", prepare);
  document.addEventListener("htmx:afterSwap", (event) => event.detail.target === document.body && prepare());
})();
