"""What stands in an identity column and names nobody (F12); what names somebody, in one spelling."""

import re

NOBODY = frozenset(
    [
        *["null", "nan", "none", "n/a", "na", "nil", "undefined", "unknown", "anonymous", "restricted"],
        *["private", "withheld", "unavailable", "-", "--", "0", "#n/a", "(null)", "-1", "unassigned"],
        *["<na>", r"\n", "unbekannt", "onbekend", "inconnu", "guest", "(blank)", "no caller id"],
        "00000000-0000-0000-0000-000000000000",
    ]
)
SHORTENED = re.compile(r"[+-]?\d+([.,]\d+)?e[+-]?\d+", re.IGNORECASE)
# A spreadsheet keeps fifteen digits; what is behind them became zeros.
CUT = re.compile(r"\d{15}000+")
FLOAT = re.compile(r"(-?\d+)\.0+")
NAMED = re.compile(r".*<([^<>]*)>\s*")
# What the letters of "anonymous" are on a keypad.
ANONYMOUS_ON_A_KEYPAD = "266696687"
PHONE_DIGITS = range(6, 16)
IN_ORDER = "1234567890"
# Of tables that refer to others by ids that may be missing: those ids.
REFERENCES = {
    "tickets": ["assigned_agent_id", "merged_into_ticket_id", "follow_up_of_ticket_id", "call_id", "chat_id"],
    "calls": ["root_call_id", "agent_id"],
    "chats": ["bot_id", "agent_id"],
    "ticket_messages": ["sender_id"],
    "ticket_events": ["actor_id"],
    "chat_messages": ["sender_id"],
    "surveys": ["conversation_id"],
}


def reference(landed: str | None) -> str | None:
    """The id of something, as it landed."""
    return landed if customer_id(landed) else None


def customer_id(landed: str | None) -> str | None:
    """An id of only zeros is none."""
    known = _somebody(landed)
    return None if known is None or not known.strip("0") else known


def email(landed: str | None) -> str | None:
    """`Anna <anna@x.org>` is anna@x.org."""
    named = NAMED.fullmatch(landed or "")
    known = _somebody(named[1] if named else landed)
    is_address = known and all(re.search(r"\w", part) for part in known.split("@")) and known.count("@") == 1
    return known.lower() if is_address else None


def phone(landed: str | None) -> str | None:
    """Digits, after a plus where the country is said."""
    known = _somebody(landed)
    if known is None:
        return None
    signs = "".join(sign for sign in known if sign.isdigit() or sign == "+")
    is_international = signs.startswith(("+", "00"))
    digits = signs.removeprefix("+").removeprefix("00") if is_international else signs
    digits = digits.replace("+", "")
    if is_international and "(0)" in known:
        # The zero that is dialled within the country only.
        digits = "".join(sign for sign in known.replace("(0)", "") if sign.isdigit()).removeprefix("00")
    is_nobody = len(digits) not in PHONE_DIGITS or len(set(digits)) == 1 or digits == ANONYMOUS_ON_A_KEYPAD
    is_nobody = is_nobody or digits == IN_ORDER
    return None if is_nobody else f"+{digits}" if is_international else digits


def _somebody(text: str | None) -> str | None:
    """A number that a data frame made a float is its whole number."""
    plain = (text or "").strip()
    if is_float := FLOAT.fullmatch(plain):
        plain = is_float[1]
    return None if not plain or plain.lower() in NOBODY or _is_rounded(plain) else plain


def _is_rounded(text: str) -> bool:
    return bool(SHORTENED.fullmatch(text) or CUT.fullmatch(text))
