// Pictures from the camera, and the decoder of QR codes, which is fetched only when needed.
"use strict";
window.camera = {
  decoder(address) {
    return window.jsQR ? Promise.resolve() : new Promise((done, failed) => {
      document.head.append(Object.assign(document.createElement("script"), { src: address, onload: done, onerror: failed }));
    });
  },

  open(facingMode, width = 1280) {
    if (!navigator.mediaDevices) return Promise.reject(new Error("no camera"));
    return navigator.mediaDevices.getUserMedia({ video: { width: { ideal: width }, facingMode } });
  },

  close(stream) {
    if (stream) stream.getTracks().forEach((track) => track.stop());
  },

  // The text of the QR code that the video shows now, "" for none; the frame stays in `canvas`.
  read(video, canvas, wide) {
    if (!video.videoWidth) return "";
    canvas.width = Math.min(wide, video.videoWidth);
    canvas.height = canvas.width * video.videoHeight / video.videoWidth;
    const paper = canvas.getContext("2d", { willReadFrequently: true });
    paper.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = paper.getImageData(0, 0, canvas.width, canvas.height);
    const found = window.jsQR(picture.data, picture.width, picture.height, { inversionAttempts: "dontInvert" });
    return found ? found.data : "";
  },
};
