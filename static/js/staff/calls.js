// Khách đang đợi: a call rings on every page until somebody answers, and stands in the tab's title.
"use strict";
(() => {
  const AGAIN_MS = 9000, KEY = "staff-mute";
  const region = document.getElementById("waiting-call"), mute = document.getElementById("mute");
  if (!region) return;
  const title = document.title;
  let last = 0;

  const waiting = (within) => within.querySelector("[data-call]");
  const isMuted = () => localStorage.getItem(KEY) === "1";

  function show() {
    mute.hidden = !waiting(region);
    mute.setAttribute("aria-pressed", String(isMuted()));
  }

  // Somebody at a machine and danger ring until they are answered; another call rings once.
  function ring() {
    const call = waiting(region);
    document.title = call && !document.hasFocus() ? `● ${title}` : title;
    show();
    if (!call) return;
    region.dataset.ticket = call.dataset.call;
    const heard = sessionStorage.getItem("heard") === call.dataset.call;
    if (isMuted() || (heard && !call.dataset.rings) || Date.now() - last < AGAIN_MS) return;
    last = Date.now();
    new Audio(region.dataset.bell).play()
      .then(() => sessionStorage.setItem("heard", call.dataset.call))
      .catch(() => { last = 0; }); // silent until somebody touches the page: the words are there
  }

  function sayOnce(event) {
    if (event.detail.target !== region) return;
    const fresh = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
    const call = waiting(fresh);
    if (!call) delete region.dataset.ticket;
    // What says the same stays: it is not read aloud again, and no click on it is lost.
    const words = (part) => part.textContent.replace(/\s+/g, " ").trim();
    if (words(fresh.body) === words(region) && call?.dataset.call === waiting(region)?.dataset.call) {
      event.detail.shouldSwap = false;
      ring();
    }
  }

  document.addEventListener("htmx:beforeSwap", sayOnce);
  document.addEventListener("htmx:afterSwap", (event) => event.detail.target === region && ring());
  mute.addEventListener("click", () => {
    localStorage.setItem(KEY, isMuted() ? "0" : "1");
    show();
  });
  document.addEventListener("pointerdown", ring, {once: true});
  addEventListener("focus", ring);
  ring();
})();
