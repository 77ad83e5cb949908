"""Erasing a customer: whoever is meant stays anonymous in this and every later run, whatever still lands.

The loader leaves out all identifiers of rows that hold an erased one. So that none is forgotten, those that
were seen together with the given ones are erased too: all that the warehouse takes for the same customer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from service_kpis import dbt
from service_kpis.engine import connect
from service_kpis.errors import CannotStart
from service_kpis.load.contract import Table, loaded_tables
from service_kpis.load.guard import HASH_CHARACTERS, hashed, is_identity
from service_kpis.load.near import near
from service_kpis.load.sql import named
from service_kpis.privacy import HashKey, erased_identifiers, hash_key, note_erased
from service_kpis.progress import Report
from service_kpis.publish import prune
from service_kpis.run import OK, Job, Load, run
from service_kpis.say import say

# Identifiers stand there behind their kind and, for ids, their source system.
SHARED = f"""
select right(email_identifier, {HASH_CHARACTERS}) from intermediate.int_contact_identities
where is_email_shared
union
select right(phone_identifier, {HASH_CHARACTERS}) from intermediate.int_contact_identities
where is_phone_shared
"""
SAME_CUSTOMER = f"""
select customer_id, right(identifier, {HASH_CHARACTERS}) from intermediate.int_customers_matched
where customer_id in (
    select customer_id from intermediate.int_customers_matched
    where list_contains(?, right(identifier, {HASH_CHARACTERS}))
)
"""


@dataclass(frozen=True)
class Person:
    """Whom to erase: e-mail addresses, telephone numbers, ids as [SYSTEM=]ID."""

    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


def erase(job: Job, load: Load, console: Console, person: Person) -> int:
    """Note the person as erased and do the job; returns the exit code of the run."""
    # What a table held before may stay in the blocks of a kept file.
    job = replace(job, warehouse=job.warehouse.resolve(), work=job.work.resolve(), from_nothing=True)
    has_noted, alike = False, []

    def load_and_erase(location: str, build: Path, zones: Any, report: Report, before: Any) -> Any:
        nonlocal has_noted, alike
        key = hash_key()
        hashed(key, person.emails, person.phones, person.ids)
        loaded = load(location, build, zones, report).loaded
        systems = {pair.partition("|")[2] for pair in loaded.systems} - {""} | {"default"}
        given = _given(key, person, systems, zones.phone_countries)
        landed = _of_those_landed(build, set().union(*given))
        noted = set(erased_identifiers(key))
        matched = [digests for digests in given if digests & (landed | noted)]

        def look_alike(erased: set[str]) -> list[str]:
            return near(
                key,
                person.emails,
                person.phones,
                person.ids,
                systems,
                lambda identifiers: _of_those_landed(build, identifiers) - erased,
            )

        if not matched:
            said = "; ".join([f"none of the {len(given)} identifiers given has landed", *look_alike(set())])
            raise CannotStart(f"nobody is erased: {said}")
        customers, known = _identifiers_of_customer(job, set().union(*matched), report)
        erased = set().union(known, *given)
        rows, alike = _rows_with(build, erased), look_alike(erased)
        note_erased(key, erased)
        has_noted = True
        say(console, _matches(len(matched), len(given), len(known), customers, rows))
        dbt.remove_build(job.work)
        return load(location, build, zones, report)

    code = run(job, load_and_erase, console)
    if code == OK:
        # What was published before still holds the customer.
        prune(job.warehouse, keep=0)
        say(console, f"Erased from {job.warehouse}, and for all runs to come.")
        if alike:
            say(console, f"Not erased, since they only look alike: {'; '.join(alike)}", "yellow")
    elif has_noted:
        say(console, "Not erased yet: repeat the command when the run can be published.", "red")
    return code


def _given(key: HashKey, person: Person, systems: set[str], countries: dict[str, str]) -> list[set[str]]:
    """The hashes that each identifier may have landed as."""
    digests = partial(hashed, key, systems=systems, countries=countries)
    return [
        *(digests([email], [], []) for email in person.emails),
        *(digests([], [phone], []) for phone in person.phones),
        *(digests([], [], [customer_id]) for customer_id in person.ids),
    ]


def _matches(matched: int, given: int, identifiers: int, customers: int, rows: dict[str, int]) -> str:
    """How much of what landed is about to be erased."""
    of_tables = ", ".join(f"{table} {count:,}" for table, count in rows.items())
    return (
        f"identifiers given that match: {matched} of {given}; theirs in all: {identifiers};"
        f" customers: {customers}; rows: {of_tables or 'none, noted as erased before'}"
    )


def _of_those_landed(build: Path, identifiers: Iterable[str]) -> set[str]:
    """Which of the hashed identifiers are in what was loaded."""
    selects = " union all ".join(
        f"select unnest([{', '.join(columns)}]) as identifier from {table.place}"
        for table, columns in _identity_columns(build)
    )
    with connect(build, read_only=True) as connection:
        found = connection.execute(
            f"select distinct identifier from ({selects}) where list_contains(?, identifier)",
            [list(identifiers)],
        )
        return {identifier for (identifier,) in found.fetchall()}


def _rows_with(build: Path, identifiers: set[str]) -> dict[str, int]:
    """How many rows of which tables hold one of the hashed identifiers."""
    rows = {}
    with connect(build, read_only=True) as connection:
        for table, columns in _identity_columns(build):
            counted = f"select count(*) from {table.place} where list_has_any([{', '.join(columns)}], ?)"
            ((rows[table.title],),) = connection.execute(counted, [list(identifiers)]).fetchall()
    return {table: count for table, count in rows.items() if count}


def _identity_columns(build: Path) -> list[tuple[Table, list[str]]]:
    """The tables that are there and their columns that are hashed."""
    with connect(build, read_only=True) as connection:
        tables = loaded_tables(connection)
    columns = [(t, [named(column.name) for column in t.columns if is_identity(column)]) for t in tables]
    return [(table, names) for table, names in columns if names]


def _identifiers_of_customer(job: Job, given: set[str], report: Report) -> tuple[int, set[str]]:
    """How many customers have a given identifier, as the models match them, and all identifiers of theirs."""
    project = dbt.Project(job.project_dir, job.work, job.variables, report)
    try:
        project.build_only(["int_customers_matched"], report)
    finally:
        project.close()
    with connect(dbt.build_file(job.work), read_only=True) as connection:
        shared = {digest for (digest,) in connection.execute(SHARED).fetchall()}
        if given & shared:
            raise CannotStart(
                "nobody is erased: an address or number of so many customers names nobody; give another one"
            )
        found = connection.execute(SAME_CUSTOMER, [list(given)]).fetchall()
    return len({customer for customer, _ in found}), {digest for _, digest in found}
