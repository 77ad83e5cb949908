"""Who is the same customer (F4): identifiers seen together, through as many steps as it takes."""

from collections import defaultdict
from collections.abc import Hashable, Iterable

from oracle import nobody
from oracle.conversation import Row, system_of

# An address or number seen with more others than this is a switchboard's or a no-reply sender's.
MAX_SEEN_WITH = 10

Identifier = tuple[str, ...]


def identifiers(row: Row) -> set[Identifier]:
    """An id is known only in its own system, a number without its country too; others connect systems."""
    found = set()
    if known := nobody.customer_id(row.get("customer_id")):
        found.add(("id", system_of(row), known))
    if known := nobody.email(row.get("customer_email")):
        found.add(("email", known))
    if known := nobody.phone(row.get("customer_phone")):
        found.add(("phone", known) if known.startswith("+") else ("phone", known, system_of(row)))
    return found


def without_nobody(row: Row) -> Row:
    """The row with what names nobody gone."""
    readers = {
        "customer_id": nobody.customer_id,
        "customer_email": nobody.email,
        "customer_phone": nobody.phone,
    }
    return row | {name: read(row[name]) for name, read in readers.items() if name in row}


class Customers:
    """A union-find over the identifiers of all rows that name a customer."""

    def __init__(self, rows: Iterable[Row]) -> None:
        contacts = [identifiers(row) for row in rows]
        seen_with: defaultdict[Identifier, defaultdict[str, set]] = defaultdict(lambda: defaultdict(set))
        for contact in contacts:
            for one in contact:
                for other in contact - {one}:
                    seen_with[one][other[0]].add(other)
        self._shared = {
            one
            for one, others in seen_with.items()
            if one[0] != "id" and any(len(of_kind) > MAX_SEEN_WITH for of_kind in others.values())
        }
        self._parent: dict[Identifier, Identifier] = {}
        for contact in contacts:
            known = sorted(contact - self._shared)
            for one in known:
                self._parent.setdefault(one, one)
                self._parent[self._root(one)] = self._root(known[0])

    def _root(self, one: Identifier) -> Identifier:
        while self._parent[one] != one:
            one = self._parent[one]
        return one

    def customer(self, row: Row) -> Hashable | None:
        """The customer of a row; None if it is anonymous or carries only what many share."""
        known = identifiers(row) - self._shared
        return self._root(min(known)) if known else None

    def is_known_by_phone_only(self, row: Row) -> bool:
        """A number says that somebody of the household called, not who."""
        return {one[0] for one in identifiers(row) - self._shared} == {"phone"}
