// Where a Vietnamese tone mark stands; services/notation/tones.py does the same on the server.
"use strict";
window.tones = (() => {
  const MARKS = { acute: "\u0301", grave: "\u0300", hook: "\u0309", tilde: "\u0303", dot: "\u0323" };
  const ANY = /[\u0300\u0301\u0303\u0309\u0323]/g;
  const VOWELS = "aăâeêioôơuưy", HATTED = "ăâêôơư";

  const toneless = (word) => word.normalize("NFD").replace(ANY, "").normalize("NFC");

  function place(word) {
    let vowels = [...word.keys()].filter((i) => VOWELS.includes(word[i]));
    // In "qu" and "gi" the vowel belongs to the consonant when another one follows.
    if (["qu", "gi"].includes(word[0] + word[1]) && vowels.length > 1) vowels = vowels.slice(1);
    if (!vowels.length) return -1;
    const hatted = vowels.filter((i) => HATTED.includes(word[i]));
    if (hatted.length) return hatted.at(-1);
    if (vowels.at(-1) < word.length - 1) return vowels.at(-1);
    return vowels[Math.floor((vowels.length - 1) / 2)];
  }

  function put(text, tone) {
    text = text.normalize("NFC");
    const last = text.match(/\p{L}+$/u);
    if (!last) return text;
    const word = toneless(last[0]), at = place([...word.toLowerCase()]);
    if (at < 0) return text;
    const toned = (word.slice(0, at + 1) + MARKS[tone]).normalize("NFC") + word.slice(at + 1);
    return text.slice(0, last.index) + (toned === last[0] ? word : toned);
  }

  return { MARKS, put };
})();
