// The camera reads the QR code of a paper bill. The decoder is fetched only when a camera is there.
"use strict";
(() => {
  const EVERY_MS = 150, WIDE = 640, CODE = /P[A-Z]\d{2}[A-Z0-9]{2}\d{7}/;
  let stream = null, timer = 0;

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
    if (!found || !found.data) return;
    if (!CODE.test(found.data.toUpperCase())) return void says(page, "other");
    close();
    const form = page.querySelector("[data-scan-form]");
    form.elements.code.value = found.data;
    form.requestSubmit();
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
