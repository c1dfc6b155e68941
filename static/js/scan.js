// The camera reads the code of a paper bill. The decoder of QR codes is fetched only when a camera
// is there; a picture now and then goes to the kiosk's server, which reads bars as well.
"use strict";
(() => {
  const EVERY_MS = 150, WIDE = 640, ASK_EACH = 8, QUALITY = 0.7, CODE = /P[A-Z]\d{2}[A-Z0-9]{2}\d{7}/;
  let stream = null, timer = 0, looks = 0;

  function says(page, what) {
    page.querySelectorAll("[data-scan-says]").forEach((words) => { words.hidden = words.dataset.scanSays !== what; });
  }

  function close() {
    clearInterval(timer);
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
  }

  const decoder = (address) => window.jsQR ? Promise.resolve() : new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement("script"), { src: address, onload: done, onerror: failed }));
  });

  function look(page, video, canvas) {
    if (!page.isConnected || !video.videoWidth) return;
    canvas.width = Math.min(WIDE, video.videoWidth);
    canvas.height = canvas.width * video.videoHeight / video.videoWidth;
    const paper = canvas.getContext("2d", { willReadFrequently: true });
    paper.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = paper.getImageData(0, 0, canvas.width, canvas.height);
    const found = window.jsQR(picture.data, picture.width, picture.height, { inversionAttempts: "dontInvert" });
    if (found && found.data) take(page, found.data);
    else if (++looks % ASK_EACH === 0) canvas.toBlob((frame) => ask(page, frame), "image/jpeg", QUALITY);
  }

  function take(page, text) {
    if (!stream || !page.isConnected) return;
    if (!CODE.test(text.toUpperCase())) return void says(page, "other");
    close();
    const form = page.querySelector("[data-scan-form]");
    form.elements.code.value = text;
    form.requestSubmit();
  }

  async function ask(page, frame) {
    const token = page.querySelector("[name=csrf_token]").value;
    try {
      const answer = await fetch("/kiosk/scan", { method: "POST", body: frame,
        headers: { "Content-Type": "image/jpeg", "X-CSRFToken": token } });
      if (answer.status === 200) take(page, await answer.text());
    } catch { /* no link: the QR code is still read here */ }
  }

  async function open() {
    close();
    const page = document.querySelector("[data-scan]");
    if (!page || !navigator.mediaDevices) return;
    const video = page.querySelector("video");
    try {
      const seen = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, facingMode: "user" } });
      if (!page.isConnected) return void seen.getTracks().forEach((track) => track.stop());
      stream = video.srcObject = seen;
      await decoder(page.dataset.decoder);
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
