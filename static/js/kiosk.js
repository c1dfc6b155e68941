// Reading aloud, look of the screen, printing, and pages that come in without a reload.
"use strict";
(() => {
  // The second half of a double tap may fall on the next page; it is not meant for it.
  const DOUBLE_MS = 700;
  let cameAt = 0;
  document.addEventListener("click", (event) => {
    if (event.detail < 2 || Date.now() - cameAt > DOUBLE_MS) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  const LOUDER = 0.25;
  let voice = null, loudness = 0.75;

  // Louder, quieter, silent: the buttons stand there while something is read.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-volume]");
    if (!button) return;
    if (button.dataset.volume === "0") return void window.kiosk.hush();
    loudness = Math.min(1, Math.max(LOUDER, loudness + LOUDER * Number(button.dataset.volume)));
    if (voice) voice.volume = loudness;
  });
  const showVolume = (shown) => { const box = document.getElementById("volume"); if (box) box.hidden = !shown; };

  // A language button says its own name; the page may change meanwhile.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-says]");
    if (!button) return;
    window.kiosk.hush();
    const name = new Audio(button.dataset.says);
    name.volume = loudness;
    name.play().catch(() => {});
  });

  // Nghe: read the page; pressed again, be quiet.
  window.kiosk.hush = () => {
    if (voice) voice.pause();
    voice = null;
    showVolume(false);
    document.querySelectorAll("[data-speech].speaking").forEach((link) => link.classList.remove("speaking"));
  };
  function listen(link) {
    const speaking = voice;
    window.kiosk.hush();
    if (speaking) return;
    voice = new Audio(link.href);
    voice.volume = loudness;
    showVolume(true);
    link.classList.add("speaking");
    voice.addEventListener("ended", window.kiosk.hush);
    voice.addEventListener("error", window.kiosk.hush);
    voice.play().catch(window.kiosk.hush);
  }
  addEventListener("pagehide", window.kiosk.hush);

  // Large text, dark ground: at once and without losing what was typed.
  function change(button) {
    const name = button.dataset.look, on = document.documentElement.classList.toggle(name);
    button.setAttribute("aria-pressed", String(on));
    button.form.dataset.alive = "1";
    window.kiosk.post("/kiosk/look", { switch: name, on: on ? "1" : "0" }).catch(() => window.kiosk.lost());
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-speech], [data-submits], [data-print], [data-look]");
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    if (link.matches("[data-speech]")) listen(link);
    else if (link.matches("[data-look]")) change(link);
    else if (link.matches("[data-print]")) window.print();
    else document.getElementById(link.dataset.submits).requestSubmit();
  }, true);

  // htmx brings in the body; what stands on <html> and <body> follows here.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== document.body || !event.detail.shouldSwap) return;
    window.kiosk.hush();
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    document.documentElement.lang = page.documentElement.lang;
    document.documentElement.className = page.documentElement.className;
    document.body.className = page.body.className;
    document.body.lang = page.body.lang;
  });

  // A new page: show what needs scripts, print what asks for it, begin reading at its heading.
  function arrived(event) {
    cameAt = Date.now();
    document.querySelectorAll("[data-scripted]").forEach((element) => { element.hidden = false; });
    if (document.querySelector("[data-print-now]")) {
      document.querySelector("[data-print-now]").removeAttribute("data-print-now");
      history.replaceState(history.state, "", location.pathname);
      setTimeout(() => window.print());
    }
    const field = document.querySelector("main [autofocus]") || document.querySelector("main h1");
    if (event.type !== "DOMContentLoaded" && field) field.focus({ preventScroll: true });
  }
  document.addEventListener("DOMContentLoaded", arrived);
  // Not later: by then a quick hand types already.
  document.addEventListener("htmx:afterSwap", (event) => event.detail.target === document.body && arrived(event));
})();
