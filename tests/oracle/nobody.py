"""What stands in an identity column and names nobody (F12); what names somebody, in one spelling."""

import re

NOBODY = frozenset(
    [
        *["null", "nan", "none", "n/a", "na", "nil", "undefined", "unknown", "anonymous", "restricted"],
        *["private", "withheld", "unavailable", "-", "--", "0", "#n/a", "(null)", "-1"],
        "00000000-0000-0000-0000-000000000000",
    ]
)
SHORTENED = re.compile(r"[+-]?\d+([.,]\d+)?e[+-]?\d+", re.IGNORECASE)
FLOAT = re.compile(r"(-?\d+)\.0+")
NAMED = re.compile(r".*<([^<>]*)>\s*")
# What the letters of "anonymous" are on a keypad.
ANONYMOUS_ON_A_KEYPAD = "266696687"
PHONE_DIGITS = range(6, 16)


def customer_id(landed: str | None) -> str | None:
    """An id of only zeros is none."""
    known = _somebody(landed)
    return None if known is None or not known.strip("0") else known


def email(landed: str | None) -> str | None:
    """`Anna <anna@x.org>` is anna@x.org."""
    named = NAMED.fullmatch(landed or "")
    known = _somebody(named[1] if named else landed)
    return known and known.lower()


def phone(landed: str | None) -> str | None:
    """Digits, after a plus where the country is said."""
    known = _somebody(landed)
    if known is None:
        return None
    signs = "".join(sign for sign in known if sign.isdigit() or sign == "+")
    is_international = signs.startswith(("+", "00"))
    digits = signs.removeprefix("+").removeprefix("00") if is_international else signs
    digits = digits.replace("+", "")
    is_nobody = len(digits) not in PHONE_DIGITS or len(set(digits)) == 1 or digits == ANONYMOUS_ON_A_KEYPAD
    return None if is_nobody else f"+{digits}" if is_international else digits


def _somebody(text: str | None) -> str | None:
    """A number that a data frame made a float is its whole number."""
    plain = (text or "").strip()
    if is_float := FLOAT.fullmatch(plain):
        plain = is_float[1]
    return None if not plain or plain.lower() in NOBODY or SHORTENED.fullmatch(plain) else plain
