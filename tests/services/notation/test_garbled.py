"""Letters that a reader spoilt, told apart from the names and places of the province."""

from __future__ import annotations

import pytest

from services.notation.garbled import is_broken, is_garbled

HOANG, PLACE = "Hoàng Văn Bảo", "Xóm Nà Mao, Xã Định Hóa, Thái Nguyên"


def read_as(text: str, written: str, shown: str) -> str:
    return text.encode(written).decode(shown, "replace")


@pytest.mark.parametrize(("name", "place"), [
    (HOANG, PLACE), ("HOÀNG VĂN BẢO", PLACE.upper()), ("hoàng văn bảo", PLACE),
    ("Hoang Van Bao", "Xom Na Mao, Xa Dinh Hoa, Thai Nguyen"),
    ("NGUYEN THI HOA", "TDP 3, P. Tân Lập"),
    ("Nguyễn Thị Quỳnh", "Số 5A/12, ngõ 3, QL3, TP Thái Nguyên"), ("Lò Văn Ương", "Bản Nà Rồng"),
    ("Giàng A Páo", "Xóm Khuổi Mèo, xã Sảng Mộc"), ("Giàng Seo Chúng", PLACE), ("H'Hen Niê", PLACE),
    ("Ma Thị Xoong", PLACE), ("Triệu Mùi Pham", PLACE), ("Đặng Xoóng", PLACE), ("Max", PLACE),
    ("Hoa\u0300ng Va\u0306n Ba\u0309o", PLACE), ("Nông Thị Huyền", "Phố Giò, Hóa Thượng"),
    ("Lý Thị Khuya", "Thôn Quý Hợp (cũ), Phú Lương"), ("Phùng Quốc Giới", "Tổ 1 – Cụm Suối Hoà"),
])
def test_what_is_written_well_is_believed(name: str, place: str) -> None:
    assert not is_garbled(name, place)


@pytest.mark.parametrize(("name", "place"), [
    ("Ho?ng V?n B?o", "X?m N? Mao"),
    ("Ho\ufffd\ufffdng V\ufffd\ufffdn", PLACE),
    (HOANG, "X\ufffdm N\ufffd Mao"),  # only the place
    (read_as(HOANG, "utf-8", "cp1252"), PLACE),
    (read_as(HOANG, "utf-8", "latin-1"), PLACE),
    ("HoaÌng Vãn BaÒo", PLACE),  # CP1258 shown as CP1252
    ("Hoà ng VÄn Báº£o", "Xã³m NÃ Mao"),
    ("Hoµng V¨n B¶o", "Xãm Nµ Mao"),  # TCVN3
    ("NguyÔn ThÞ Hoa", "X· §Þnh Hãa"),
    ("NguyÔn Vò Hoa", "Thai Nguyen"),
    ("Hoaøng Vaên Baûo", "Xoùm Naø Mao"),  # VNI
    ("Nguyeãn Thò Hoa", "Thai Nguyen"),
    ("Ñaëng Vaên An", "Thai Nguyen"),
    ("nGUYỄN tHỊ hOA", "xÓM nÀ mAO"),  # capitals the wrong way round
    ("nGUYEN tHI hOA", "xOM nA mAO"),
    ("Nguyeexn Thij Hoa", "Xoms Naf Mao"),  # Telex
    ("Hoangf Vawn Baor", PLACE),
    ("Ddawngj Van An", PLACE), ("Hoafng Thij Lan", PLACE),
    ("Nguye64n Thi5 Hoa", PLACE),  # VNI by keys
    ("Nguy&#7877;n Thị Hoa", PLACE), ("Nguy\\u1ec5n Thị Hoa", PLACE),
    ("Nguy%E1%BB%85n Thị Hoa", PLACE), ("Nguye^~n Thi. Hoa", PLACE),
    ("Nguyễn\x81 Hoa", PLACE), ("Nguyễn Thị\u200b Hoa", PLACE), ("Нгуен Хоа", PLACE),
    ("Hng Vn Bo", PLACE),  # letters that went
    ("HoÒng VỚn", PLACE), ("Hoàng\ue000Văn", PLACE),
])
def test_what_a_reader_spoilt_is_told(name: str, place: str) -> None:
    assert is_garbled(name, place)


@pytest.mark.parametrize(("text", "broken"), [
    (HOANG, False), ("François Müller", False), ("Nguyễn Thị Hoa", False), ("Xóm 5?", False),
    (read_as(HOANG, "utf-8", "cp1252"), True), ("Ho\ufffdng", True), ("X?m Nà Mao", True),
    ("HoÃ ng VÄn Báº£o", True)])
def test_what_is_typed_is_only_refused_where_nobody_can_have_typed_it(text: str,
                                                                     broken: bool) -> None:
    assert is_broken(text) == broken
