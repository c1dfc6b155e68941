// A call that comes in rings on the desk, and stands in the tab's title until somebody looks.
"use strict";
(() => {
  const title = document.title;
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target.id !== "news") return;
    const bell = new Audio(event.detail.target.dataset.bell);
    bell.play().catch(() => {}); // a browser that nobody touched yet stays silent: the words are there
    if (!document.hasFocus()) document.title = `● ${title}`;
  });
  addEventListener("focus", () => { document.title = title; });
})();
