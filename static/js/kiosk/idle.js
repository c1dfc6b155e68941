// Nobody there: a question with a count-down, then the machine forgets the person. Also Kết thúc,
// the end by hand, and the guide in pictures on the start page.
"use strict";
(() => {
  const KEEP_MS = 45000, LOOK_MS = 200, AGAIN_MS = 3000;
  let last = Date.now(), kept = Date.now(), ending = false;
  const dialog = () => document.getElementById("idle");

  function here() {
    last = Date.now();
    if (last - kept < KEEP_MS) return;
    kept = last;
    window.kiosk.post("/kiosk/stay").catch(() => window.kiosk.lost());
  }

  function stay() {
    dialog().close();
    kept = 0;
    here();
  }

  function look() {
    const bar = document.querySelector(".bar"), data = bar && bar.dataset, box = dialog();
    if (ending || !data || !(data.inside || data.alive)) return;
    const silent = (Date.now() - last) / 1000, warn = box ? Number(data.warn) : 0;
    const left = Number(data.idle) + warn - silent;
    if (left <= 0) return void end();
    if (!box || left > warn) return;
    if (!box.open) box.showModal();
    document.getElementById("idle-left").textContent = Math.ceil(left);
  }

  // Without an answer the page is emptied at once; the start page comes when the server has
  // forgotten too. Should the network be down, the server forgets by itself a minute later.
  async function end() {
    ending = true;
    if (window.kiosk.hush) window.kiosk.hush();
    try {
      await window.kiosk.post("/kiosk/end");
      location.replace("/kiosk/");
    } catch {
      document.querySelectorAll("main, dialog").forEach((element) => element.replaceChildren());
      if (dialog() && dialog().open) dialog().close();
      window.kiosk.lost();
      setTimeout(end, AGAIN_MS);
    }
  }

  // Nobody before the start page: a guide in pictures, until somebody touches the screen.
  const STEP_MS = 4000;
  function guide() {
    const box = document.getElementById("guide"), bar = document.querySelector(".bar");
    if (!box || box.open || !bar || bar.dataset.alive || Date.now() - last < 1000 * bar.dataset.idle) return;
    box.showModal();
    step(box, 1);
  }
  function step(box, number) {
    if (!box.isConnected || !box.open) return;
    box.querySelectorAll("[data-step]").forEach((part) => { part.hidden = part.dataset.step !== String(number); });
    setTimeout(step, STEP_MS, box, number % Number(box.dataset.steps) + 1);
  }
  setInterval(guide, LOOK_MS);
  document.addEventListener("click", (event) => {
    const box = document.getElementById("guide");
    if (!box || !box.open) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    box.close();
  }, true);
  setInterval(look, LOOK_MS);
  for (const name of ["pointerdown", "keydown", "input"]) {
    document.addEventListener(name, () => dialog() && dialog().open || here(), true);
  }
  document.addEventListener("click", (event) => event.target.closest("#idle-stay") && stay());
  document.addEventListener("cancel", (event) => {
    if (event.target === dialog()) {
      event.preventDefault();
      stay();
    }
  }, true);
  document.addEventListener("htmx:afterSwap", () => { last = kept = Date.now(); });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-ends]")) return;
    event.preventDefault();
    event.stopPropagation();
    end();
  }, true);
  // A page out of the browser's memory may be another person's.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
})();
