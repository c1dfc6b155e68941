// The network: what the scripts send, and the banner while the centre cannot be reached, which
// tries again by itself. What was typed stays where it is.
"use strict";
window.kiosk = {
  post(path, values = {}) {
    const token = document.querySelector("input[name=csrf_token]");
    return fetch(path, {
      method: "POST", redirect: "manual", keepalive: true, signal: AbortSignal.timeout(8000),
      headers: { "X-Kiosk-Script": "1" },
      body: new URLSearchParams({ csrf_token: token ? token.value : "", ...values }),
    });
  },
};
(() => {
  const PROBE_MS = 2000, PROBE_TIMEOUT_MS = 3000, TRIES = 3;
  let timer = 0, again = null, tries = 0;

  // `retry` is called once the centre answers; `busy` says that it answers, but with an error.
  function lost(retry, busy) {
    const banner = document.getElementById("lost");
    if (!banner) return;
    banner.querySelector("[data-lost]").hidden = Boolean(busy);
    banner.querySelector("[data-busy]").hidden = !busy;
    banner.hidden = false;
    again = retry || again;
    if (!timer) timer = setInterval(probe, PROBE_MS);
  }

  async function probe() {
    try {
      const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
      if (answer.ok) recover();
    } catch { /* still away: the timer asks again */ }
  }

  function recover() {
    clearInterval(timer);
    timer = 0;
    const banner = document.getElementById("lost"), retry = again;
    if (banner) banner.hidden = true;
    again = null;
    if (retry && tries++ < TRIES) retry();
  }

  // The same press again. All that the kiosk sends may be sent twice: the server counts it once.
  function repeat(detail) {
    const element = detail.elt, cause = detail.requestConfig && detail.requestConfig.triggeringEvent;
    if (element.matches("form")) return () => element.isConnected && element.requestSubmit(cause && cause.submitter);
    return element.matches("a") ? () => element.isConnected && element.click() : null;
  }

  window.kiosk.lost = lost;
  addEventListener("offline", () => lost());
  addEventListener("online", probe);
  // Names of htmx 2, then those of htmx 4.
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:error"]) {
    document.addEventListener(name, (event) => event.detail.elt && lost(repeat(event.detail)));
  }
  for (const name of ["htmx:responseError", "htmx:response:error"]) {
    document.addEventListener(name, (event) => lost(event.detail.elt && repeat(event.detail), true));
  }
  // Our own pages for a wrong turn (form too old, no such page, too many tries) are shown as they are.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const status = event.detail.xhr.status;
    if (status >= 400 && status < 500) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.xhr.status < 500) {
      tries = 0;
      if (timer) recover();
    }
  });
})();
