"""Place and time are read from the words, in either script, where they stand."""

import pytest

from shared.places import places


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("青田區停水了", "district", "青田區"),
        ("在解放路12號門口", "road", "解放路12號"),
        ("梅溪區解放路的路燈壞了", "district", "梅溪區"),
        ("梅溪區解放路的路燈壞了", "road", "解放路"),
        ("東區和平路有個坑", "road", "和平路"),
        ("18路公交車不停", "line", "18路"),
        ("地鐵三號線擠不上", "line", "三號線"),
        ("水錶編號 A1234567 讀數不對", "meter", "A1234567"),
        ("2026年3月2日開始停水", "time", "2026年3月2日"),
        ("梅溪公交站沒有雨棚", "stop", "梅溪公交站"),
        ("Bus no 42 is late", "line", "Bus no 42"),
    ],
)
def test_a_place_or_time_is_read_where_it_stands(text: str, kind: str, words: str) -> None:
    found = [one for one in places(text) if one.kind == kind]
    assert [one.words for one in found] == [words]
    assert text[found[0].start : found[0].end] == words


@pytest.mark.parametrize(
    ("text", "roads"),
    [
        ("中山路和解放路之間停水", ["中山路", "解放路"]),
        ("中山路和平路之間停水", ["中山路", "和平路"]),
        ("中山路和平安路都黑了", ["中山路", "平安路"]),
    ],
)
def test_two_roads_are_two(text: str, roads: list[str]) -> None:
    assert [one.words for one in places(text) if one.kind == "road"] == roads


@pytest.mark.parametrize("text", ["路燈不亮", "路面破損", "小區停水"])
def test_a_thing_is_no_place(text: str) -> None:
    assert not [one for one in places(text) if one.kind in {"road", "district"}]
