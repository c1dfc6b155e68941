// Pages that come in without a reload: htmx brings in the body, the rest follows here.
"use strict";
(() => {
  // The second half of a double tap may fall on the next page; it is not meant for that one.
  const DOUBLE_MS = 700;
  let cameAt = 0;
  document.addEventListener("click", (event) => {
    if (event.detail < 2 || Date.now() - cameAt > DOUBLE_MS) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  // A link that sends a form when a script runs.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-submits]");
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    document.getElementById(link.dataset.submits).requestSubmit();
  }, true);

  // What stands on <html> and <body> themselves.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== document.body || !event.detail.shouldSwap) return;
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    document.documentElement.lang = page.documentElement.lang;
    document.documentElement.className = page.documentElement.className;
    document.body.className = page.body.className;
    document.body.lang = page.body.lang;
  });

  document.addEventListener("DOMContentLoaded", () => { cameAt = Date.now(); });
  // Not later: by then a quick hand is typing already. Reading begins at the field or the heading.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== document.body) return;
    cameAt = Date.now();
    const start = document.querySelector("main [autofocus]") || document.querySelector("main h1");
    if (start) start.focus({ preventScroll: true });
  });
})();
