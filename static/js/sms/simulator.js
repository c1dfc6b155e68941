// The demo phone: several presses on a key walk through its letters, as on a real one.
"use strict";
(() => {
  const field = document.getElementById("text");
  const count = document.getElementById("count");
  const keys = document.getElementById("keys");
  const texts = document.getElementById("texts");
  const PAUSE_MS = 900; // after this the same key begins a new letter
  const GSM = /^[\n\r !"#$%&'()*+,\-./0-9:;<=>?@A-Z_a-z¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΔΦΓΛΩΠΨΣΘΞ]*$/;
  const LOOK_MS = 3000;
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
  // A link opens in a window as small as such a phone's screen.
  texts.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    window.open(link.href, "page", "width=240,height=320");
  });

  // What the worker sends comes in by itself, as on a real phone.
  async function look() {
    const answer = await fetch(location.pathname);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("texts");
    if (!fresh || fresh.textContent === texts.textContent) return;
    texts.replaceChildren(...fresh.childNodes);
    texts.scrollTop = texts.scrollHeight;
  }
  setInterval(() => { if (!document.hidden) look().catch(() => undefined); }, LOOK_MS);

  texts.scrollTop = texts.scrollHeight;
  show();
})();
