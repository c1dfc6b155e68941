// A signature by finger: the points of each line, 0 to 1000 in both directions, go with the form.
"use strict";
for (const form of document.querySelectorAll("form[data-hand]")) {
  const canvas = form.querySelector("canvas");
  const field = form.elements.hand;
  const pen = canvas.getContext("2d");
  const SIDE = 1000;
  const MOST = 3000;
  let lines = [];
  let drawing = false;

  function point(event) {
    const box = canvas.getBoundingClientRect();
    const share = (at, start, length) =>
      Math.max(0, Math.min(SIDE, Math.round((at - start) / length * SIDE)));
    return [share(event.clientX, box.left, box.width), share(event.clientY, box.top, box.height)];
  }

  function draw() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.lineWidth = 3;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#102a6b";
    for (const line of lines) {
      pen.beginPath();
      for (const [x, y] of line) pen.lineTo(x * canvas.width / SIDE, y * canvas.height / SIDE);
      pen.stroke();
    }
    field.value = lines.length ? JSON.stringify(lines) : "";
  }

  canvas.addEventListener("pointerdown", (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    lines.push([point(event)]);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing || lines.reduce((sum, line) => sum + line.length, 0) >= MOST) return;
    lines.at(-1).push(point(event));
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => { drawing = false; draw(); });
  }
  form.querySelector("[data-clear]").addEventListener("click", () => { lines = []; draw(); });
}
