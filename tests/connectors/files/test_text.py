"""Encodings and delimiters: found, checked and recorded; or asked for."""

from __future__ import annotations

import pytest

from tierwise.connectors.sources.files.text import decode, detect_delimiter, is_utf8, read_text
from tierwise.core.errors import DataError

WESTERN = "id,name\n1,Müller’s Bücher\n2,Société Générale – Zoë\n3,Łódź €\n"
CYRILLIC = "id,name\n" + "".join(f"{i},Открытое акционерное общество Газпром нефть и сыновья\n" for i in range(9))
JAPANESE = "id,name\n" + "".join(f"{i},株式会社日立製作所と東京電力ホールディングス\n" for i in range(9))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_of_every_width(encoding: str) -> None:
    _, body, warnings = decode((WESTERN + "4,😀\n").encode(encoding))
    assert body.decode() == WESTERN + "4,😀\n"
    assert not warnings


@pytest.mark.parametrize("text", ["a\nü", "Zoë", "été", "naïve “quoted”", "5 €", "Größe; Äpfel"])
def test_a_little_western_text_is_windows_1252(text: str) -> None:
    name, body, warnings = decode(text.encode("cp1252"))
    assert (name, body.decode()) == ("cp1252", text)
    assert "read as cp1252" in warnings[0]


@pytest.mark.parametrize(
    ("text", "encoding"), [(CYRILLIC, "cp1251"), (CYRILLIC, "koi8-r"), (JAPANESE, "shift_jis"), (JAPANESE, "euc_jp")]
)
def test_other_scripts_with_enough_of_it(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[1].decode() == text


@pytest.mark.parametrize(("text", "encoding"), [("id\n株式", "shift_jis"), ("a\nżółw", "cp1250")])
def test_too_little_to_tell_is_asked_for(text: str, encoding: str) -> None:
    with pytest.raises(DataError, match="Declare `encoding:`"):
        decode(text.encode(encoding))
    assert decode(text.encode(encoding), encoding)[1].decode() == text


def test_utf8_is_checked_to_the_end() -> None:
    long = ("ü" * (1 << 20)).encode()
    assert is_utf8(long)
    assert is_utf8(b"x" + long)  # a letter across the border of two pieces
    assert not is_utf8(long + b"\xff")
    assert not is_utf8(long[:-1])


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","), ("a;b\n1,5;2\n", ";"), ("a\tb\n1\t2\n", "\t"), ("a|b\n1|2\n", "|"), ("a\n1\n", ","),
        ('a;"b,c,d";e\n1;2;3\n', ";"), ("a,b;c,d\n1,2;3,4\n", ","), ("a,b,c\n1,2,3\n4;5;6\n", ","),
    ],
)  # fmt: skip
def test_delimiters(text: str, delimiter: str) -> None:
    assert detect_delimiter(text.encode()) == delimiter


def test_what_was_found_is_recorded() -> None:
    content = read_text("a;b\n1;ü\n".encode("utf-16"))
    assert (content.encoding, content.delimiter) == ("utf-16", ";")
