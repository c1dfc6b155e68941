// What a second officer opens loads at once, however far down the page it stands, and Duyệt waits
// until it has: a picture that never came was not seen.
"use strict";
(() => {
  document.addEventListener("toggle", (event) => {
    if (!event.target.open) return;
    for (const picture of event.target.querySelectorAll("img")) picture.loading = "eager";
  }, true);
  const coming = () => [...document.querySelectorAll("details[open] img")]
    .filter((picture) => !picture.complete);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-after-pictures]") || form.dataset.waited) return;
    const pictures = coming();
    if (!pictures.length) return;
    event.preventDefault();
    form.dataset.waited = "1";
    Promise.all(pictures.map((picture) => new Promise((done) => {
      picture.loading = "eager";
      picture.addEventListener("load", done, { once: true });
      picture.addEventListener("error", done, { once: true });
      if (picture.complete) done();
    }))).then(() => form.requestSubmit());
  });
})();
