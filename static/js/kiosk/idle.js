// Nobody there: a question with a count-down, then the machine forgets the person. On a page with a
// payment code the question stands in the bar's place, so that nothing covers the code, and any touch
// is an answer; a bell and the voice tell who went to fetch somebody. Also Kết thúc, the end by hand,
// and the guide in pictures on the start page.
"use strict";
(() => {
  const KEEP_MS = 45000, LOOK_MS = 200, AGAIN_MS = 3000;
  let last = Date.now(), kept = Date.now(), ending = false;
  const question = () => document.getElementById("idle");
  const bar = () => document.querySelector(".bar");
  const isDialog = (box) => box instanceof HTMLDialogElement;
  const isAsking = (box) => isDialog(box) ? box.open : !box.hidden;

  function here() {
    last = Date.now();
    if (last - kept < KEEP_MS) return;
    kept = last;
    window.kiosk.post("/kiosk/stay").catch(() => window.kiosk.lost());
  }

  function ask(box) {
    if (isDialog(box)) box.showModal();
    else bar().hidden = !(box.hidden = false);
    const data = bar().dataset;
    if (data.bell && window.kiosk.call) window.kiosk.call(data.bell, data.leaving);
  }

  function fallSilent(box) {
    if (isDialog(box)) box.close();
    else bar().hidden = !(box.hidden = true);
    if (window.kiosk.hush) window.kiosk.hush();
  }

  function stay() {
    fallSilent(question());
    kept = 0;
    here();
  }

  function look() {
    const data = bar() && bar().dataset, box = question();
    if (ending || !data || !(data.inside || data.alive)) return;
    const silent = (Date.now() - last) / 1000, warn = box ? Number(data.warn) : 0;
    const left = Number(data.idleS) + warn - silent;
    if (left <= 0) return void end();
    if (!box || left > warn) return;
    if (!isAsking(box)) ask(box);
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
      if (question() && isAsking(question())) fallSilent(question());
      document.querySelectorAll("main, dialog").forEach((element) => element.replaceChildren());
      window.kiosk.lost();
      setTimeout(end, AGAIN_MS);
    }
  }

  // Nobody before the start page: a guide in pictures, until somebody touches the screen.
  const STEP_MS = 4000;
  function guide() {
    const box = document.getElementById("guide"), data = bar() && bar().dataset;
    if (!box || box.open || !data || data.alive || Date.now() - last < 1000 * data.idleS) return;
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
    document.addEventListener(name, (event) => question() && isAsking(question()) ? answered(event) : here(), true);
  }
  // The dialog is answered by its button alone: a hand that rests on the glass is nobody's answer.
  function answered(event) {
    if (!isDialog(question()) && !event.target.closest("#idle, #volume")) stay();
  }
  document.addEventListener("click", (event) => {
    const box = question();
    if (box && isAsking(box) && event.target.closest("#idle-stay, #volume")) stay();
  });
  document.addEventListener("cancel", (event) => {
    if (event.target === question()) {
      event.preventDefault();
      stay();
    }
  }, true);
  // A new page is somebody's; a part of one that asks by itself is no sign of anybody.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === document.body) last = kept = Date.now();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-ends]")) return;
    event.preventDefault();
    event.stopPropagation();
    end();
  }, true);
  // A page out of the browser's memory may be another person's.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
})();
