// The keypad of the demo phone: several presses on a key walk through its letters, as on real ones.
"use strict";
(() => {
  const field = document.getElementById("text");
  const count = document.getElementById("count");
  const keys = document.getElementById("keys");
  const texts = document.getElementById("texts");
  const PAUSE_MS = 900; // after this the same key begins a new letter
  const GSM = /^[\n\r !"#$%&'()*+,\-./0-9:;<=>?@A-Z_a-z¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΔΦΓΛΩΠΨΣΘΞ]*$/;
  let capitals = true;
  let last = { key: "", at: 0, turn: 0 };

  function show() {
    const most = GSM.test(field.value) ? 160 : 70;
    const left = most - field.value.length;
    count.textContent = `${left}`;
    count.classList.toggle("over", left < 0);
  }

  function letter(key, letters) {
    const signs = letters + key;
    const again = last.key === key && Date.now() - last.at < PAUSE_MS;
    const turn = again ? (last.turn + 1) % signs.length : 0;
    const kept = again ? field.value.slice(0, -1) : field.value;
    field.value = kept + (capitals ? signs[turn].toUpperCase() : signs[turn]);
    last = { key, at: Date.now(), turn };
  }

  function press(button) {
    const key = button.dataset.key;
    if (key === "#") capitals = !capitals;
    else if (key === "*") field.value = field.value.slice(0, -1);
    else if (key === "0") letter(key, " ");
    else letter(key, button.dataset.letters);
    show();
  }

  keys.hidden = false;
  keys.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) press(button);
  });
  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      field.form.requestSubmit();
    }
  });
  texts.scrollTop = texts.scrollHeight;
  show();
})();
