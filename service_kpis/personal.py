"""How what is personal looks: addresses, telephone numbers, cards, IBANs, names, also in disguise.

The patterns are read by DuckDB (RE2) and by Python (ASCII) alike. They are made for plain text: what is
encoded, full-width or broken up by invisible characters is made plain first.
"""

import html
import re
import unicodedata
from urllib.parse import unquote

# A search with these takes no longer than the text is: nothing begins with what may repeat.
_ADDRESS = (
    r"[^\s@]@+[^\s@]+\s*\.\s*[^\s@]"
    # With blanks around the @: a dot that only a blank follows may end a sentence.
    r"|[^\s@]\s*@[\s@]*[^\s@.]+(\.[^\s@.]+)*( ?\.| \. )[^\s@\d.][^\s@.]"
)
_MARKS = r" ()./_*~•·-"
# Between commas a number has three digits, a telephone number may have more.
_WITH_COMMAS = r"\+[ (]*[1-9]\d{0,2}((, ?\d+)+, ?\d{4}|, ?\d{4,}, ?\d)"
_INTERNATIONAL = rf"\+[ (]*[1-9][\d{_MARKS}]{{6,}}\d|{_WITH_COMMAS}"
_TOLD = (
    r"\b([tT][eE][lL]|[cC]allto)[.:]+ ?\(?\d[\d ()./-]{4,}\d|\b([sS][mM][sS]:|wa\.me/)\d{8}"
    r"|\d{6} ?([eE]xt|EXT)\b"
)
_ANYWHERE = f"{_ADDRESS}|{_INTERNATIONAL}|{_TOLD}"

# A number within a text: neither a part of an id or an instant, nor longer than a telephone number.
_BEGIN = r"(^|[^\w+.,/:-]|[^\d][.,:])"
_NO_TIME = r" ($|\D|\d($|[^\d:]|\d($|[^:])))"
_END = rf"([./:-]*$|[^\w:./ -]|{_NO_TIME}|[./:-]+[^\d./:-])"
# What begins or ends so is no date, and may have a time behind it.
_TIME = r" \d?\d:"
_NO_DATE = (
    rf"(0\d\d([{_MARKS}]*\d){{6,12}}|\d\d\d[{_MARKS}]+\d([{_MARKS}]*\d){{5,11}}"
    rf"|\d([{_MARKS}]*\d){{3,9}}\d{{5}})"
)
# Digits that may be a phone's, and such with blanks or brackets, which no id has.
_DIGITS = (
    rf"\d([{_MARKS}]*\d){{8,14}}\)?{_END}|{_NO_DATE}\)?{_TIME}|0\d{{2,4}}:\d([{_MARKS}]*\d){{4,9}}{_END}"
)
_BARE = rf"{_BEGIN}({_DIGITS})"
_PARTS = (
    rf"\d[\d./-]*[ ()][\d ()./-]{{5,}}\d\)?{_END}|0\d\d[\d./-]*[ ()][\d ()./-]{{4,}}\d\)?({_END}|{_TIME})"
)
_SPACED = rf"{_BEGIN}\(?({_PARTS})"
# In a file's name also the digits alone of a national number, unless they begin with a day, month and year.
_NATIONAL = r"(?<!\w)(?<!\d[.,-])0(?!\d[01]\d(19|20)\d\d|\d[0-3]\d(19|20)\d\d)[1-9]\d{8,10}(?!\d)"
# Two words or more, of what is no digit and no mark of an id (RE2 takes long to compile \pL).
_PART = r"[^0-9\s_:/@+#=()&|]+"
_NAME = f"^{_PART}( +{_PART})+$"

# Ids may be long numbers, words may be several: each looks personal in a way of its own.
_PERSONAL = {
    "id": f"{_ANYWHERE}|{_SPACED}|{_NAME}",
    "word": f"{_ANYWHERE}|{_BARE}",
    "value": f"{_ANYWHERE}|{_BARE}|{_NAME}",
    "file": f"{_ANYWHERE}|{_SPACED}|{_NATIONAL}",
}

_IBAN = r"\b[A-Za-z]{2}\d{2}([ -]?[A-Za-z0-9]){11}"
_CARD = r"\b(\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,4}|\d{4}[ -]\d{6}[ -]\d{4,5})\b"
_BARE_CARD = r"\b\d{13,19}\b"

_ENCODED = r"%[0-9A-Fa-f]{2}|=[0-9A-F]{2}|&#?\w|(\\[ux]|%u)[0-9A-Fa-f]{2}|[(<{\[] ?[aA][tT] ?[)>}\]]"
# What may stand for other characters: not before it is plain can it be judged.
_DISGUISED = rf"[^ -~]|{_ENCODED}"
DOUBTFUL_ID = f"{_PERSONAL['id']}|{_DISGUISED}|{_IBAN}|{_CARD}"
DOUBTFUL_WORD = f"{_PERSONAL['word']}|{_DISGUISED}|{_IBAN}|{_CARD}|{_BARE_CARD}"
"""What `reads_personal` is asked about; nothing else does look so."""

# Blanks and characters that nobody sees, as the inside of a character class: Unicode's Z, Cc, Cf and fillers.
INVISIBLE = r"\x00-\x20\x7f-\xa0\xad" + (
    "\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680\u17b4\u17b5"
    "\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e01ef"
)
FORMULA = rf"^([\t\r\n]|[{INVISIBLE}]*([=@＝＠]|[+＋－−-](.*[^\d.,]|$)))"  # noqa: RUF001
"""What a spreadsheet computes: a cell that begins so; a number with its sign it leaves alone."""

# Tag characters, which nobody sees: each stands for one of ASCII.
_TAGS = {0xE0000 + code: chr(code) for code in range(0x20, 0x7F)}
_WITHOUT_TAGS = dict.fromkeys(_TAGS)
_FOLDED = {
    **_TAGS,
    **{code: None for code in (0x20E3, *range(0xFE00, 0xFE10))},
    **{ord(dash): "-" for dash in "\u2212\u2043\u30fc\u2500"},
    **{ord(dot): "." for dot in "\u3002\u06d4\u2024"},
    **{ord(slash): "/" for slash in "\u2044\u2215"},
    ord("\u2795"): "+",
}
# A sign that was encoded again and again is read at once.
_AGAIN = re.compile(r"(%)(?:25)+|(&)(?:amp;)+")
_WRITTEN_OUT = re.compile(r"[\\%]u([0-9a-f]{4})|\\x([0-9a-f]{2})|=([0-9A-F]{2})", re.IGNORECASE | re.ASCII)
_AT = re.compile(r" ?[(<{\[] ?at ?[)>}\]] ?", re.IGNORECASE)
_DOT = re.compile(r" ?[(<{\[] ?(?:dot|punkt|point) ?[)>}\]] ?", re.IGNORECASE)
_NOT_PLAIN = re.compile("[^ -~]")
_MOST_LAYERS = 8

_OF_AN_ADDRESS = r"[^\s@\"'<>(),;:=*/]"
_OF_A_HOST = r"[^\s@\"'<>(),;:=*/.]"
_IN_PROSE = re.compile(
    rf"(?P<said>{_OF_AN_ADDRESS}{{1,100}}(@+{_OF_A_HOST}+( \.|\. ){_OF_A_HOST}+"
    rf"| ?@[@ ]*{_OF_A_HOST}+(( ?\.| \. ){_OF_A_HOST}+)+)"
    rf"|{_INTERNATIONAL}|{_TOLD})"
    r"|(?<![\w+/:-])(?<!\d[.,])\(?"
    r"(\d[\d./-]*[ ()][\d ()./-]{5,}|0\d\d[\d./-]*[ ()][\d ()./-]{4,})\d\)?(?![\w:])",
    re.ASCII,
)

# Issuers' first digits and the lengths of their cards; the lengths of IBANs by country (ISO 13616).
_CARD_NUMBERS = re.compile(
    r"4(\d{12}|\d{15}|\d{18})|(5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|(6011|64[4-9]\d|65\d\d|35\d\d|62\d\d|60\d\d|81\d\d)\d{12}|3(0[0-5]|[689]\d)\d{11}"
)
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FK FI FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK",
        21: "CH CR HR LI LV", 22: "BG BH DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC",
        32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip


def plain(text: str) -> str:
    """The text decoded (URL, HTML, quoted-printable, JSON), in compatible characters (NFKC), with ASCII
    digits, dashes and blanks, without invisible characters."""
    for _ in range(_MOST_LAYERS):
        decoded = _decoded(text)
        if decoded == text:
            break
        text = decoded
    return _DOT.sub(".", _AT.sub("@", text))


def readings(text: str) -> list[str]:
    """The text made plain: tag characters may be what they stand for, or nothing."""
    return [plain(form) for form in dict.fromkeys([text, text.translate(_WITHOUT_TAGS)])]


def reads_personal(text: str, kind: str) -> bool:
    """Whether the text looks personal, as it is or made plain; `kind` is id, word, value (broken) or file.

    So does what is encoded more often than it is decoded.
    """
    plains = readings(text)
    forms = [text, *plains]
    if kind == "file":
        # What stands between underscores or slashes is a text of its own.
        forms += [re.sub("[_/]", "|", form) for form in forms]
    return any(_decoded(form) != form for form in plains) or any(
        _is_personal(form.strip(), kind) for form in dict.fromkeys(forms)
    )


def without_personal(text: str, hidden: str) -> str:
    """The text with `hidden` for each address and telephone number in it; bare digits may be anything."""
    return _IN_PROSE.sub(
        lambda match: hidden if match["said"] or sum(map(str.isdigit, match[0])) > 8 else match[0], text
    )


def _decoded(text: str) -> str:
    """The text without what is invisible, and with one layer of what is encoded less."""
    seen = _NOT_PLAIN.sub(lambda match: _plain_character(match[0]), text.translate(_FOLDED))
    unquoted = html.unescape(unquote(_AGAIN.sub(r"\1\2", seen)))
    written = _WRITTEN_OUT.sub(
        lambda match: chr(int(match[1] or match[2] or match[3], 16)), unicodedata.normalize("NFKC", unquoted)
    )
    # Halves of a character are none; DuckDB takes no such text.
    return written.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_personal(text: str, kind: str) -> bool:
    cards = (_CARD,) if kind in ("id", "file") else (_CARD, _BARE_CARD)
    return (
        re.search(_PERSONAL[kind], text, re.ASCII) is not None
        or _holds_iban(text)
        or any(_holds_card(text, card) for card in cards)
    )


def _plain_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd":
        return "-"
    return " " if category in ("Zs", "Zl", "Zp", "Cc") else character


def _holds_card(text: str, pattern: str) -> bool:
    numbers = (re.sub("[ -]", "", match[0]) for match in re.finditer(pattern, text, re.ASCII))
    return any(_CARD_NUMBERS.fullmatch(number) and _is_luhn(number) for number in numbers)


def _is_luhn(number: str) -> bool:
    """Whether the last digit is the check digit of the others."""
    doubled = (int(digit) * 2 for digit in number[-2::-2])
    return (sum(map(int, number[::-2])) + sum(twice // 10 + twice % 10 for twice in doubled)) % 10 == 0


def _holds_iban(text: str) -> bool:
    return any(_is_iban(text[match.start() :].upper()) for match in re.finditer(_IBAN, text, re.ASCII))


def _is_iban(text: str) -> bool:
    """Whether an IBAN of its country's length, with its check digits, stands at the beginning."""
    inner = _IBAN_LENGTHS.get(text[:2], 0) - 4
    if inner < 0 or not (found := re.match(rf"[A-Z]{{2}}\d\d([ -]?[A-Z0-9]){{{inner}}}\b", text, re.ASCII)):
        return False
    iban = re.sub("[ -]", "", found[0])
    return int("".join(str(int(character, 36)) for character in iban[4:] + iban[:4])) % 97 == 1
