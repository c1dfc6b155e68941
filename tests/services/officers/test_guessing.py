"""Passwords that are tried first, and those that are not."""

from __future__ import annotations

import pytest

from services.officers.guessing import is_guessed


@pytest.mark.parametrize("password", [
    # everybody's
    "matkhau123456", "M@tkh4u123456", "mậtkhẩu123456", "Mat-Khau-123456", "password1234!",
    "admin@123456", "iloveyou123456", "anhyeuem12345", "mothaibabonnam",
    # ours
    "quaydien2026", "QuầyĐiện2026!", "Quaydien@2026", "thainguyen2026", "Th41nguy3n2026",
    "evnthainguyen", "evn123456789", "dienluc-dinhhoa", "vonhai-2026-evn", "PcThaiNguyen@123",
    # the name, a date, a number
    "hanh19851985", "nguyenvanhanh", "thang11/2026!", "091234567890", "0912000017abc",
    # rows of keys, and the same again
    "1q2w3e4r5t6y", "qazwsxedc123", "aaaaaaaaaaaa", "evn@2026@2026", "123456789012",
])
def test_what_comes_to_everybodys_mind_is_guessed(password):
    assert is_guessed(password, "hanh")


@pytest.mark.parametrize("password", [
    "lua-nep-thom", "mua xuan o ban", "mưa xuân ở bản", "qwerty-ban-nuong-1",
    "trang-suoi-chum-dao-4821", "correct horse battery", "Kx8#tR2!qLp9v", "gioi-thieu-cay-khe",
    "ngay-mai-di-cho-som", "khoai-lang-nuong-chay", "dap-xe-quanh-lang", "bo-cau-tren-mai-ngoi",
])
def test_a_thought_of_ones_own_is_not(password):
    assert not is_guessed(password, "hanh")


@pytest.mark.parametrize("password", ["hanh-hanh-7731", "Hanh.2026.hanh", "h4nh!!!!2026"])
def test_the_own_name_counts_only_for_its_owner(password):
    assert is_guessed(password, "hanh")


@pytest.mark.parametrize("text", ["", " " * 12, "-" * 12, "😀" * 12, "\ud800" * 12, "İ" * 12])
def test_whatever_is_typed_gets_an_answer(text):
    assert is_guessed(text, "")
