// The camera reads the code of a paper bill or a citizen card; `data-scan` is the form that the
// code must have. For a bill a picture now and then goes to the server, which reads bars as well.
"use strict";
(() => {
  const EVERY_MS = 150, WIDE = 640, ASK_EACH = 8, QUALITY = 0.7;
  let stream = null, timer = 0, looks = 0;

  function says(page, what) {
    page.querySelectorAll("[data-scan-says]").forEach((words) => { words.hidden = words.dataset.scanSays !== what; });
  }

  function close() {
    clearInterval(timer);
    window.camera.close(stream);
    stream = null;
  }

  function look(page, video, canvas) {
    if (!page.isConnected || !video.videoWidth) return;
    const found = window.camera.read(video, canvas, WIDE);
    if (found) take(page, found);
    else if ("bars" in page.dataset && ++looks % ASK_EACH === 0) canvas.toBlob((frame) => ask(page, frame), "image/jpeg", QUALITY);
  }

  function take(page, text) {
    if (!stream || !page.isConnected) return;
    if (!new RegExp(page.dataset.scan).test(text.toUpperCase())) return void says(page, "other");
    close();
    const form = page.querySelector("[data-scan-form]");
    form.querySelector("[data-scan-field]").value = text;
    form.requestSubmit();
  }

  async function ask(page, frame) {
    const token = page.querySelector("[name=csrf_token]").value;
    try {
      const answer = await fetch("/kiosk/scan", { method: "POST", body: frame,
        headers: { "Content-Type": "image/jpeg", "X-CSRFToken": token } });
      if (answer.status === 200) take(page, await answer.text());
    } catch { /* no network: the QR code is still read here */ }
  }

  async function open() {
    close();
    const page = document.querySelector("[data-scan]");
    if (!page) return;
    const video = page.querySelector("video");
    try {
      const seen = await window.camera.open("user");
      if (!page.isConnected) return void window.camera.close(seen);
      stream = video.srcObject = seen;
      await window.camera.decoder(page.dataset.decoder);
      video.hidden = false;
      await video.play();
      says(page, "wait");
      const canvas = document.createElement("canvas");
      timer = setInterval(() => look(page, video, canvas), EVERY_MS);
    } catch {
      close();
      video.hidden = true;
      says(page, "none"); // no camera, or it may not be used: the words say what to do instead
    }
  }

  document.addEventListener("DOMContentLoaded", open);
  document.addEventListener("htmx:afterSwap", (event) => event.detail.target === document.body && open());
  document.addEventListener("htmx:beforeSwap", (event) => event.detail.target === document.body && close());
  addEventListener("pagehide", close);
})();
