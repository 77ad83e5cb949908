"""How what is personal looks, in any spelling; and what looks like it, and is none."""

import re
import time
import unicodedata

import duckdb
import pytest
from spellings import ADDRESSES, MONEY, NAMES, NUMBERS, ORDINARY_IDS, ORDINARY_WORDS, WORD_NUMBERS

from service_kpis import personal
from service_kpis.load import guard
from service_kpis.privacy import HashKey


@pytest.fixture(scope="module")
def guarding():
    """What the loader lets through of a text."""
    with duckdb.connect() as connection:
        guard.prepare(connection, HashKey(b"k" * 32), [])

        def passes(kind: str, text: str) -> str:
            (passed,) = connection.execute(f"SELECT guarded_{kind}(?)", [text]).fetchone()
            (is_open,) = connection.execute(f"SELECT is_open_{kind}(?)", [text]).fetchone()
            assert is_open == (passed != text)
            return passed

        yield passes


@pytest.mark.parametrize("text", ADDRESSES + NUMBERS + NAMES + MONEY)
def test_an_id_that_looks_personal_is_hidden(guarding, text):
    assert re.fullmatch("hidden_[0-9a-f]{16}", guarding("id", text))


@pytest.mark.parametrize("text", ADDRESSES + NUMBERS + WORD_NUMBERS + MONEY)
def test_a_word_that_looks_personal_is_hidden(guarding, text):
    assert re.fullmatch("hidden_[0-9a-f]{16}", guarding("word", text))


@pytest.mark.parametrize("text", ADDRESSES + NUMBERS + MONEY)
def test_a_file_name_that_looks_personal_is_seen(text):
    assert personal.reads_personal(text, "file")


@pytest.mark.parametrize("text", ORDINARY_IDS)
def test_an_ordinary_id_passes(guarding, text):
    assert guarding("id", text) == text
    assert not personal.reads_personal(f"tickets_{text}.csv", "file")


@pytest.mark.parametrize("text", ORDINARY_WORDS)
def test_an_ordinary_word_passes(guarding, text):
    assert guarding("word", text) == text


@pytest.mark.parametrize(
    "name", ["01062025103000", "010620251030", "060120251030", "0001234567", "10157755501"]
)
def test_a_files_name_with_a_time_or_a_long_number_is_ordinary(name):
    assert not personal.reads_personal(f"tickets_{name}.csv", "file")


@pytest.mark.parametrize("text", ["%25" * 30 + "%32%35" * 20, "&amp;#38;#x26;" * 9, "%2525252525"])
def test_what_is_encoded_often_is_read_or_hidden(text):
    assert personal.plain(text).count("25") == 0 or personal.reads_personal(text, "word")


def test_halves_of_a_character_written_out_are_a_text_still():
    assert personal.plain(r"a\ud83db \ud83d\ude00").encode() == "a\ufffdb 😀".encode()


def test_of_running_numbers_none_is_taken_for_a_card_or_an_account(guarding):
    """One number in ten has a card's check digit: bare, it is a number like any other."""
    tickets = [f"{4_000_000_000_000_000 + 7 * i}" for i in range(200)]
    incidents = [f"INC{10_000_000_000 + i}" for i in range(200)]
    assert [text for text in tickets + incidents if guarding("id", text) != text] == []


def test_every_blank_and_every_format_character_of_unicode_is_invisible():
    codes = [chr(code) for code in range(0x110000)]
    unseen = [c for c in codes if unicodedata.category(c) in ("Cc", "Cf", "Zs", "Zl", "Zp")]
    assert [hex(ord(c)) for c in unseen if not re.match(f"[{personal.INVISIBLE}]", c)] == []


@pytest.mark.parametrize("kind", ["id", "word"])
@pytest.mark.parametrize(
    "before", ["\n", "\r\n", "\t", "\ufeff", "\u200b", "\u00a0", "\u2060\x00", "\u3000\n "]
)
@pytest.mark.parametrize(
    "formula", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\uff1d1+1", "\uff0bcmd", "\u22122+3"]
)
def test_no_spreadsheet_computes_a_formula_behind_what_nobody_sees(guarding, kind, before, formula):
    # Blanks around an id or word go.
    assert guarding(kind, before + formula) == "'" + (before + formula).strip("\u00a0\u3000 ")


@pytest.mark.parametrize("text", ["\ufeffbilling", "\u00a0-100", "\u200b+3.5", "a\n=1"])
def test_a_text_that_is_no_formula_stays_as_it_is(guarding, text):
    assert guarding("word", text) == text


@pytest.mark.parametrize(
    "repeated",
    [
        *("x", "é", " ", "\u00a0", "@", "x@", "x.", "@x.", "x@y "),
        *("1", "1 ", "(1", "+1", "+1,", "0123:", "012 ", "a1"),
        *("&#", "%25", "%25%32%35", "&amp;", "\U000e0040"),
    ],
)
def test_a_long_text_is_judged_soon(repeated):
    """Half a megabyte: a pattern that begins anew at each character would take hours."""
    begun = time.process_time()
    for kind in ("id", "word"):
        personal.reads_personal("é" + repeated * (500_000 // len(repeated)), kind)
    assert time.process_time() - begun < 5
