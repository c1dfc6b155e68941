// The kiosk's camera photographs a paper, page by page. Without a camera the file field stays.
"use strict";
(() => {
  const QUALITY = 0.9;
  let stream = null;

  function close() {
    window.camera.close(stream);
    stream = null;
  }

  function take(form, video, pages) {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.toBlob((picture) => {
      pages.items.add(new File([picture], `${pages.items.length + 1}.jpg`, { type: "image/jpeg" }));
      form.elements.photo.files = pages.files;
      tell(form);
    }, "image/jpeg", QUALITY);
  }

  function tell(form) {
    const count = form.querySelector("[data-photo-count]");
    count.hidden = false;
    count.querySelector("strong").textContent = form.elements.photo.files.length;
  }

  async function open() {
    close();
    const form = document.querySelector("[data-photo]");
    if (!form) return;
    form.elements.photo.addEventListener("change", () => tell(form));
    const video = form.querySelector("video"), pages = new DataTransfer();
    try {
      const seen = await window.camera.open("environment", 1920);
      if (!form.isConnected) return void window.camera.close(seen);
      stream = video.srcObject = seen;
      await video.play();
      video.hidden = false;
      form.querySelector(".pick").hidden = true;
      const button = form.querySelector("[data-photo-take]");
      button.hidden = false;
      button.addEventListener("click", () => take(form, video, pages));
    } catch {
      close(); // no camera, or it may not be used: pictures may be chosen
    }
  }

  document.addEventListener("DOMContentLoaded", open);
  document.addEventListener("htmx:afterSwap", (event) => event.detail.target === document.body && open());
  document.addEventListener("htmx:beforeSwap", (event) => event.detail.target === document.body && close());
  addEventListener("pagehide", close);
})();
