// What is to be paid and given back, shown while the officer types. The server calculates it anew.
"use strict";
(() => {
  const handed = document.getElementById("handed");
  if (!handed) return;
  const ticks = [...document.querySelectorAll("[data-amount]")];
  const [due, change] = ["due", "change"].map((id) => document.getElementById(id));
  const dong = (amount) => `${String(amount).replace(/\B(?=(\d{3})+$)/g, ".")}\u00a0đ`;
  function calculate() {
    const sum = ticks.filter((tick) => tick.checked).reduce((all, tick) => all + Number(tick.dataset.amount), 0);
    const given = Number(handed.value.replace(/[\s.,đ]/gi, "")) || 0;
    due.textContent = dong(sum);
    change.textContent = given >= sum ? dong(given - sum) : "chưa đủ";
  }
  document.querySelectorAll("[data-scripted]").forEach((part) => { part.hidden = false; });
  [handed, ...ticks].forEach((field) => field.addEventListener("input", calculate));
  calculate();
})();
