"""A person at the kiosk's screen in a real Chromium, and what is measured on a screen."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page

from db.limits import LimitCount
from db.outbox.outbox import OutboxMessage
from services.outbox import outbox
from services.privacy import Vault
from tests.conftest import ENVIRON
from web import languages

SIZES = {"landscape": (1366, 768), "old monitor": (1280, 1024), "small": (1024, 768),
         "portrait": (1080, 1920)}
_ENGLISH = languages.read(Path(__file__).resolve().parents[2] / "translations" / "en.po").texts

# Faults of a screen: scrolling, targets under 88 px or nearer than 16 px, text under 24 px.
FAULTS = """() => {
  const faults = [], root = document.documentElement;
  const box = (e) => e.getBoundingClientRect();
  const seen = (e) => box(e).width && box(e).height && !e.closest('.visually-hidden');
  const name = (e) => (e.innerText || e.name || e.tagName).trim().slice(0, 30);
  if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight)
    faults.push(`scrolls: ${root.scrollWidth} x ${root.scrollHeight}`);
  const targets = [...document.querySelectorAll(
    'a, button, input:not([type=hidden]):not([type=radio]), label:has(input)')].filter(seen);
  for (const target of targets) {
    const {width, height, left, top, right, bottom} = box(target);
    if (width < 87.5 || height < 87.5) faults.push(`small: ${name(target)} ${width} x ${height}`);
    if (left < 0 || top < 0 || right > innerWidth + .5 || bottom > innerHeight + .5)
      faults.push(`outside: ${name(target)}`);
  }
  targets.forEach((one, i) => targets.slice(i + 1).forEach((other) => {
    const a = box(one), b = box(other);
    const gap = Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom);
    if (gap < 15.5) faults.push(`near: ${name(one)} | ${name(other)} ${gap}`);
  }));
  for (const e of document.querySelectorAll('body *')) {
    const words = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!words || !seen(e)) continue;
    const size = parseFloat(getComputedStyle(e).fontSize);
    if (size < 24) faults.push(`text of ${size} px: ${name(e)}`);
    if (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')
      faults.push(`cut off: ${name(e)}`);
  }
  return faults;
}"""


class Person:
    """Somebody who touches the screen; knows its words in either language."""

    def __init__(self, page: Page, language: str = "vi"):
        self.page = page
        self.language = language

    def words(self, vietnamese: str) -> str:
        """What the screen calls it."""
        return _ENGLISH[vietnamese] if self.language == "en" else vietnamese

    def touch(self, role: str, vietnamese: str) -> None:
        """Press the button or link of this name."""
        self.page.get_by_role(role, name=self.words(vietnamese), exact=True).first.click()

    def see(self, selector: str) -> None:
        """Wait until it is there."""
        self.page.locator(selector).first.wait_for()

    def begin(self, *looks: str) -> None:
        """Stand before the welcome, with large text ("big") or the dark ground ("dark")."""
        self.page.goto("/kiosk/")
        for look in looks:
            self.page.locator(f"[data-look={look}]").click()
        if self.language == "en":
            self.page.get_by_role("button", name="English").click()
            self.see("html[lang=en]")

    def enter(self, code: str) -> None:
        """Type the code on the keyboard."""
        self.page.goto("/kiosk/customer")
        self.page.locator("#code").fill(code)
        self.page.keyboard.press("Enter")
        self.see("main.bills, .bills .title")

    def ask_for_a_code(self) -> None:
        """Have a code texted for the customer on the screen; how often does not matter here."""
        LimitCount.delete().execute()
        self.page.goto("/kiosk/proof?then=why/202610-1")
        self.touch("button", "Gửi mã cho tôi")
        self.see("#otp")

    def read_the_text(self) -> str:
        """The newest code, as the phone shows it."""
        row = OutboxMessage.select().where(OutboxMessage.kind == "otp").order_by(
            OutboxMessage.id.desc()).first()
        return outbox.reveal(Vault(ENVIRON["DATA_KEY"]), json.loads(row.params)["code"])
