"""GSM 7-bit default alphabet (3GPP TS 23.038, 6.2.1), one octet a septet, as SMPP carries it."""

from __future__ import annotations

_BASIC = ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
          "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
_ESCAPE = 0x1B
_EXTENSION = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~",
              0x3E: "]", 0x40: "|", 0x65: "€"}
_OCTETS = {letter: bytes([number]) for number, letter in enumerate(_BASIC) if number != _ESCAPE}
_OCTETS |= {letter: bytes([_ESCAPE, number]) for number, letter in _EXTENSION.items()}


def encode(text: str) -> bytes:
    """`text` in septets, one an octet; raises ValueError for a letter outside the alphabet."""
    try:
        return b"".join(_OCTETS[letter] for letter in text)
    except KeyError as error:
        raise ValueError(f"not in the GSM alphabet: {error.args[0]!r}") from None


def decode(octets: bytes) -> str:
    """Text of unpacked septets. An unknown extension reads as its basic letter (6.2.1.1)."""
    text, escaped = [], False
    for octet in octets:
        number = octet & 0x7F
        if number == _ESCAPE:
            escaped = True
            continue
        text.append(_EXTENSION.get(number, _BASIC[number]) if escaped else _BASIC[number])
        escaped = False
    return "".join(text)
