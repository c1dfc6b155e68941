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
    window.camera.close(stream);
    stream = null;
    box.querySelector("[data-camera]").hidden = true;
    box.querySelector("[data-open-camera]").hidden = false;
  }

  function look(box, video, canvas) {
    const text = window.camera.read(video, canvas, WIDE);
    if (!text.includes("|")) return;
    close(box);
    box.querySelector("textarea").value = text;
    box.closest("form").requestSubmit(box.querySelector("[name=read]"));
  }

  async function open(box) {
    const video = box.querySelector("video");
    try {
      stream = await window.camera.open("environment");
      video.srcObject = stream;
      box.querySelector("[data-camera]").hidden = false;
      box.querySelector("[data-open-camera]").hidden = true;
      says(box, "wait");
      await window.camera.decoder(box.dataset.decoder);
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
