"""How people write the words: names, aliases and everyday phrases, all folded (no accents).

Data only; `commands` reads it, `answers` has the answer to each word. A new alias or phrase is
one entry here. A new word is one in NAMES, with

- its function and line in `answers.ANSWERS`, and the template of its text;
- its meaning in `templates/sms/not_understood.txt` and, for officers, in WORD of
  `templates/staff/messages/_words.html` (tests ask for both);
- ways of typing it in `tests/sms/ways.py`, and a row in `docs/sms.md`; `templates/sms/help.txt` and
  the simulator name the main words.
"""

from __future__ import annotations

import itertools

# Each word's own name and what may stand for it as the first word of a text.
NAMES = {
    "TD": ("td", "tien", "bill", "tiendien", "tracuu"),
    "QR": ("qr", "tt", "pay", "maqr", "thanhtoan"),
    "LS": ("ls", "history", "lichsu"),
    "CS": ("cs", "index", "chiso"),
    "CD": ("cd", "outage", "catdien"),
    "MAT": ("mat", "cup", "matdien", "cupdien"),
    "HD": ("hd", "contract", "hopdong"),
    "HS": ("hs", "status", "hoso", "ticket"),
    "DK": ("dk", "reg", "dangky", "dangki"),
    "GAP": ("gap", "call", "gapcanbo", "goilai"),
    "CODAU": ("codau",),
    "KHONGDAU": ("khongdau", "kodau", "kdau", "kgdau", "hongdau"),
    "HUY": ("huy", "stop", "unsub", "unsubscribe", "huydk", "tuchoi", "tc"),
    "TG": ("tg", "help", "trogiup", "huongdan", "menu"),
}

# What people write in sentences. The longest phrase in the text counts; among equals the first.
PHRASES = {
    "TD": ("tra cuu", "tien dien", "hoi tien", "xem tien", "no tien", "no bao nhieu",
           "con no", "hoa don", "het bao nhieu", "bao nhieu tien", "cuoc dien", "bao tien",
           "tra cuu tien dien", "tra cuu hoa don", "xem hoa don", "tien thang",
           "kiem tra no", "kiem tra tien", "kiem tra tien dien", "kiem tra hoa don"),
    "QR": ("ma qr", "tra tien", "dong tien", "nop tien", "thanh toan", "chuyen khoan",
           "chuyen tien", "quet ma", "cach tra", "tra tien dien", "dong tien dien",
           "nop tien dien", "thanh toan tien dien", "thanh toan hoa don", "tra hoa don",
           "link tra", "xin qr", "lay qr", "cho qr", "stk", "so tai khoan"),
    "LS": ("lich su", "lan tra", "da tra", "da dong", "da nop", "lich su tra tien",
           "lich su thanh toan", "da tra tien", "da dong tien", "da nop tien", "da thanh toan",
           "cac lan tra tien"),
    "CS": ("chi so", "so dien", "cong to", "dong ho dien", "chi so dien", "chi so cong to",
           "so cong to", "bao nhieu kwh"),
    "CD": ("cat dien", "lich cat", "lich cat dien", "ngung cap dien",
           "cat dien chua", "bao gio co dien", "khi nao co dien"),
    "MAT": ("mat dien", "cup dien", "bi mat dien", "bi cup dien", "nha mat dien"),
    "HD": ("hop dong", "dang ky hop dong", "dang ki hop dong", "ky hop dong", "lam hop dong",
           "dang ky dien", "dang ky mua dien", "lap dien", "lap cong to", "mac dien",
           "dau dien", "xin lap cong to", "xin cap dien", "cap dien moi",
           "dk hop dong", "dk hd", "dk mua dien", "hd dien", "ki hop dong", "hop dong dien",
           "dang ky hop dong dien"),
    "HS": ("ho so", "tinh trang", "trang thai", "so phieu", "den dau roi", "ho so hop dong",
           "tinh trang ho so", "trang thai ho so", "tinh trang hop dong"),
    "DK": ("dang ky", "dang ki", "dang ky so", "dang ky sdt", "dang ky so dien thoai",
           "gan so", "bat lai", "nhan tin lai"),
    "GAP": ("gap can bo", "gap nhan vien", "gap nguoi", "can bo", "goi lai", "goi cho toi",
            "goi dien cho", "nhan vien", "tong dai", "tu van", "can giup", "giup toi",
            "gap ai", "goi toi", "goi em", "xin gap", "muon gap", "nguoi giup",
            "huy hop dong", "cham dut hop dong", "khieu nai", "goi lai cho toi"),
    "CODAU": ("co dau", "tieng viet co dau", "nhan tin co dau"),
    "KHONGDAU": ("khong dau", "ko dau", "k dau", "khong co dau", "bo dau", "hong dau"),
    "HUY": ("huy nhan tin", "khong nhan tin", "dung nhan tin", "ngung nhan tin", "huy tin nhan",
            "dung gui tin", "dung nhan", "ngung gui tin", "khong nhan nua", "tu choi",
            "huy dang ky", "huy dk", "huy dich vu", "dung gui", "ngung gui", "huy nhac",
            "thoi dung nhan", "khong nhan tin nua", "tat tin nhan", "tat nhac"),
}

# Greetings and calls for help: they count when nothing else in the text does.
HELLO = ("tro giup", "huong dan", "cu phap", "cach dung", "xin chao", "chao", "alo", "hello",
         "cach nhan tin", "soan sao", "soan the nao", "khong hieu", "ko hieu", "khong biet")

# Short words that mean the same wherever they stand in a sentence.
ANYWHERE = {"td": "TD", "qr": "QR"}

# What HUY may be followed by: HUY with anything else (a person's name, a contract) is no opt-out.
_AFTER_HUY = (
    "a ah nha nhe di dk dang ky ki tin nhan nhac no td dich vu qc quang cao all het thoi toi em"
    " cho giup xin dien quaydien ma so nay luon lien")
AFTER_HUY = frozenset(_AFTER_HUY.split())

# What MAT may not be followed by: then something else is lost than the power.
NOT_AFTER_MAT = frozenset([
    "tien", "ma", "so", "the", "khau", "sim", "giay", "cccd", "hop", "cong", "dt", "may", "chu"])

# Everyday syllables one letter away from a word: they are no slips of it.
_NO_SLIPS = (
    "da de di do du ta te ti to tu ha he ho hu ca co cu la le lo ma me xa em may cap nap hay day"
    " gan ban can bay dien bien hien kien lien vien tiem tieu tin gia gio cho toi nha sao gi bil"
    " mai hai tai dai tay tat tan ten so su si va ve vi voi")
NO_SLIPS = frozenset(_NO_SLIPS.split())

# Aliases that are people's names too: inside the contract talk they are taken as such.
ALSO_NAMES = frozenset(["tien"])

# Words that answer the menus of the contract talk. A part of the day may stand anywhere
# ("sang mai", "chieu thu 2"), but not beside the other one nor beside a no.
PART_OF_DAY = {"sang": "morning", "chieu": "afternoon"}
NO = frozenset(["khong", "ko", "k", "hong", "dung", "tru", "ban"])
WHEN = {
    "luc nao cung duoc": "any", "luc nao": "any", "ca ngay": "any", "tuy": "any",
    "bat ky": "any", "khi nao cung duoc": "any", "luc nao cung dc": "any",
    "gio nao cung duoc": "any",
}

NAME_OF = {alias: word for word, aliases in NAMES.items() for alias in aliases}
WORD_OF_PHRASE = {tuple(phrase.split()): word
                  for word, phrases in PHRASES.items() for phrase in phrases}
LONGEST_PHRASE = max(map(len, WORD_OF_PHRASE))
HELLO_PHRASES = frozenset(tuple(phrase.split()) for phrase in HELLO)

# Neighbours on the two keyboards that people slip on: the number keys of a feature phone
# (letters of one key, and keys side by side) and the rows of a computer's.
_T9 = ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _neighbours() -> frozenset[tuple[str, str]]:
    pairs = {(a, b) for key in _T9 for a in key for b in key if a != b}
    for row in _ROWS:
        pairs |= {pair for a, b in itertools.pairwise(row) for pair in ((a, b), (b, a))}
    return frozenset(pairs)


NEIGHBOURS = _neighbours()
