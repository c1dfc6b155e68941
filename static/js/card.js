// The camera reads the QR code of a citizen card into the form. Without a camera the form stays.
"use strict";
(() => {
  const EVERY_MS = 200, WIDE = 900;
  let stream = null, timer = 0;

  function says(box, what) {
    box.querySelectorAll("[data-card-says]").forEach((words) => { words.hidden = words.dataset.cardSays !== what; });
  }

  function close(box) {
    clearInterval(timer);
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    box.querySelector("[data-camera]").hidden = true;
    box.querySelector("[data-open-camera]").hidden = false;
  }

  const decoder = (address) => window.jsQR ? Promise.resolve() : new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement("script"), { src: address, onload: done, onerror: failed }));
  });

  function look(box, video, canvas) {
    if (!video.videoWidth) return;
    canvas.width = Math.min(WIDE, video.videoWidth);
    canvas.height = canvas.width * video.videoHeight / video.videoWidth;
    const paper = canvas.getContext("2d", { willReadFrequently: true });
    paper.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = paper.getImageData(0, 0, canvas.width, canvas.height);
    const found = window.jsQR(picture.data, picture.width, picture.height, { inversionAttempts: "dontInvert" });
    if (!found || !found.data.includes("|")) return;
    close(box);
    box.querySelector("textarea").value = found.data;
    box.closest("form").requestSubmit(box.querySelector("[name=read]"));
  }

  async function open(box) {
    const video = box.querySelector("video");
    try {
      if (!navigator.mediaDevices) throw new Error("no camera");
      stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, facingMode: "environment" } });
      video.srcObject = stream;
      box.querySelector("[data-camera]").hidden = false;
      box.querySelector("[data-open-camera]").hidden = true;
      says(box, "wait");
      await decoder(box.dataset.decoder);
      await video.play();
      const canvas = document.createElement("canvas");
      timer = setInterval(() => look(box, video, canvas), EVERY_MS);
    } catch {
      close(box);
      says(box, "none");
    }
  }

  const box = document.querySelector("[data-card]");
  if (!box) return;
  const opener = box.querySelector("[data-open-camera]");
  opener.hidden = false;
  opener.addEventListener("click", () => open(box));
  box.querySelector("[data-close-camera]").addEventListener("click", () => close(box));
  addEventListener("pagehide", () => close(box));
})();
