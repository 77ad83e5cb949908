"""Identifiers that landed a little otherwise than they were given: how to give them, never which they are."""

from collections.abc import Callable, Iterable, Iterator

import phonenumbers

from service_kpis import personal
from service_kpis.errors import CannotStart
from service_kpis.load.guard import hashed, international_digits, keyed_hash, system_and_id
from service_kpis.privacy import HashKey

LONGEST_EXTENSION = 3
AROUND = " \t;:,.'\"<>()[]"


def near(
    key: HashKey,
    emails: Iterable[str],
    phones: Iterable[str],
    ids: Iterable[str],
    systems: Iterable[str],
    landed: Callable[[Iterable[str]], set[str]],
) -> list[str]:
    """Hints to identifiers that landed and are near the given ones; `landed` says which hashes did land."""
    hints: dict[str, str] = {}
    for customer_id in ids:
        hints |= dict(_ids(key, customer_id, systems))
        hints |= dict(_other_kinds(key, customer_id))
    for phone in phones:
        hints |= dict(_phones(key, phone, systems))
    for text in (*emails, *phones):
        hints |= dict(_as_id(key, text, systems))
    found = landed(hints.keys() - hashed(key, [], [], ids))
    return sorted({hint for digest, hint in hints.items() if digest in found})


def _ids(key: HashKey, text: str, systems: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The id under another source system, in capitals or small letters, without marks around it."""
    _, customer_id = system_and_id(text)
    bare = personal.plain(customer_id).strip(AROUND)
    for system in systems:
        for other in {bare, bare.upper(), bare.lower()} - {customer_id, ""}:
            yield (
                keyed_hash(key, "id", f"{system}:{other}"),
                f"an id that differs in capitals or marks matches under source system {system}",
            )
        yield (
            keyed_hash(key, "id", f"{system}:{customer_id}"),
            f"the id matches under source system {system}: give --customer-id {system}=ID",
        )


def _other_kinds(key: HashKey, text: str) -> Iterator[tuple[str, str]]:
    """What was given as an id, as an address or a number."""
    for option, email, phone in (("--customer-email", [text], []), ("--customer-phone", [], [text])):
        try:
            for digest in hashed(key, email, phone, []):
                yield digest, f"what was given as an id matches as another identifier: give it as {option}"
        except CannotStart:
            continue


def _as_id(key: HashKey, text: str, systems: Iterable[str]) -> Iterator[tuple[str, str]]:
    for system in systems:
        yield (
            keyed_hash(key, "id", f"{system}:{text.strip()}"),
            f"what was given as an address or number matches as an id: give --customer-id {system}=…",
        )


def _phones(key: HashKey, text: str, systems: Iterable[str]) -> Iterator[tuple[str, str]]:
    """A national number with each country's code; an international one without it."""
    number = personal.plain(text)
    digits = "".join(filter(str.isdigit, number)).removeprefix("00")
    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        parsed = None
    yield from _with_more_or_less(key, digits, parsed, systems)
    if parsed and (country := phonenumbers.region_code_for_number(parsed)):
        national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
        for system in systems:
            for form in (national, str(parsed.national_number)):
                yield (
                    _of_system(key, system, form),
                    f"the number matches without its country's code under source system {system}:"
                    f" give --phone-country {system}={country}",
                )
    if number.strip().startswith(("+", "00")):
        return
    for country in phonenumbers.SUPPORTED_REGIONS:
        if with_code := international_digits(number, country):
            yield (
                keyed_hash(key, "phone", with_code),
                f"the number matches with the code of {country}: give it with its code, from + on",
            )


def _with_more_or_less(
    key: HashKey, digits: str, parsed: phonenumbers.PhoneNumber | None, systems: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """A number with its country's code without the +, with digits of an extension, without (0)."""
    for system in systems:
        yield (
            _of_system(key, system, digits),
            f"the number matches without its + under source system {system}: give it as it landed there",
        )
    for length in range(1, LONGEST_EXTENSION + 1):
        for extension in range(10**length):
            yield (
                keyed_hash(key, "phone", f"{digits}{extension:0{length}}"),
                "the number matches with digits of an extension behind it: give it with them",
            )
    if parsed:
        dialled = f"{parsed.country_code}{phonenumbers.national_significant_number(parsed)}"
        if dialled != digits:
            yield (
                keyed_hash(key, "phone", dialled),
                "the number matches without a 0 behind its country's code: give it so",
            )


def _of_system(key: HashKey, system: str, number: str) -> str:
    """The hash of a national number, as the loader makes it."""
    digits = "".join(filter(str.isdigit, number))
    return f"n{keyed_hash(key, 'phone', f'{system}:{digits}')[:-1]}"
