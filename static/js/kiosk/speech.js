// Nghe: reads the page aloud. Also its volume, the language buttons that say their own names, and the
// bell that calls somebody back to the screen.
"use strict";
(() => {
  const STEP = 0.25;
  let voice = null, volume = 0.75, silenced = false;

  function play(address) {
    const clip = new Audio(address);
    clip.volume = volume;
    return clip;
  }

  // The volume buttons stand there while something is read.
  function showVolume(shown) {
    const box = document.getElementById("volume");
    if (box) box.hidden = !shown;
  }

  window.kiosk.hush = () => {
    if (voice) voice.pause();
    voice = null;
    showVolume(false);
    document.querySelectorAll("[data-speech].speaking").forEach((link) => link.classList.remove("speaking"));
  };

  function speak(clip) {
    voice = clip;
    showVolume(true);
    for (const over of ["ended", "error"]) clip.addEventListener(over, window.kiosk.hush);
    clip.play().catch(window.kiosk.hush);
  }

  // Pressed again while it speaks, it falls silent.
  function read(link) {
    const speaking = voice;
    window.kiosk.hush();
    if (speaking) return;
    silenced = false;
    link.classList.add("speaking");
    speak(play(link.href));
  }

  // A bell, then words. Both are fetched at once: the link may be gone when the bell has rung. Whoever
  // pressed Dừng is not called.
  window.kiosk.call = (bell, words) => {
    if (silenced) return;
    window.kiosk.hush();
    const clip = play(words);
    voice = play(bell);
    voice.addEventListener("ended", () => speak(clip));
    voice.play().catch(window.kiosk.hush);
  };

  // A button says how many steps louder it makes the voice; 0 stops it.
  function change(steps) {
    if (!steps) {
      silenced = true;
      return void window.kiosk.hush();
    }
    volume = Math.min(1, Math.max(STEP, volume + STEP * steps));
    if (voice) voice.volume = volume;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-volume], [data-says]");
    if (!button) return;
    if (button.matches("[data-volume]")) return void change(Number(button.dataset.volume));
    window.kiosk.hush();
    play(button.dataset.says).play().catch(() => {}); // the page may change meanwhile
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-speech]");
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    read(link);
  }, true);
  // Somebody took the call: whoever waits for it may look elsewhere.
  document.addEventListener("htmx:afterSwap", (event) => {
    const news = event.detail.target.id === "call" && event.detail.target.querySelector("[data-bell]");
    if (news) window.kiosk.call(news.dataset.bell, news.dataset.words);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target === document.body && event.detail.shouldSwap) window.kiosk.hush();
  });
  addEventListener("pagehide", window.kiosk.hush);
})();
