// The on-screen keypads. Without this script each key is a submit button and kiosk/keys.py
// presses it; with it the field fills at once. A physical keyboard or scanner types as well.
"use strict";
(() => {
  function press(text, key, inName) {
    if (key === "delete") return [...text].slice(0, -1).join("");
    if (key in window.tones.MARKS) return window.tones.put(text, key);
    if (key === "space") return text && !text.endsWith(" ") ? text + " " : text;
    if (key.length > 1) return key; // the first letters of a code begin it anew
    const inside = inName && text && !text.endsWith(" ");
    return text + (inside ? key.toLowerCase() : key);
  }

  document.addEventListener("click", (event) => {
    const key = event.target.closest("button.key");
    const input = key && key.form && key.form.querySelector("[data-keypad]");
    if (!input) return;
    event.preventDefault();
    const text = press(input.value, key.value, input.dataset.keypad === "name");
    input.value = text.slice(0, input.maxLength);
    input.scrollLeft = input.scrollWidth;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // A finger on a key leaves the cursor in the field, so that a scanner may follow.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest("button.key")) event.preventDefault();
  });

  // Wherever the finger was last: letters of a keyboard or scanner go to the field.
  document.addEventListener("keydown", (event) => {
    const input = document.querySelector("[data-keypad]");
    if (!input || event.target.matches("input") || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!/^[\p{L}\d]$/u.test(event.key)) return;
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
  });

  // Our keypad takes the place of the system's.
  const own = () => document.querySelectorAll("[data-keypad]").forEach((input) => {
    input.inputMode = "none";
    input.setSelectionRange(input.value.length, input.value.length);
  });
  document.addEventListener("DOMContentLoaded", own);
  document.addEventListener("htmx:afterSwap", own);
})();
