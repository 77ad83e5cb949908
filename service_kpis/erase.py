"""Erasing a customer: whoever is meant stays anonymous in this and every later run, whatever still lands.

The loader leaves out all identifiers of rows that hold an erased one. So that none is forgotten, those that
were seen together with the given ones are erased too: all that the warehouse takes for the same customer.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console

from service_kpis import dbt
from service_kpis.errors import CannotStart
from service_kpis.load.guard import HASH_CHARACTERS, hashed
from service_kpis.privacy import hash_key, note_erased
from service_kpis.progress import Report
from service_kpis.publish import prune
from service_kpis.run import OK, Job, Load, run

# Identifiers stand there behind their kind and, for ids, their source system.
SHARED = f"""
select right(shared_identifier, {HASH_CHARACTERS}) from intermediate.int_shared_identifiers
"""
SAME_CUSTOMER = f"""
select right(identifier, {HASH_CHARACTERS}) from intermediate.int_customers_matched
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

    def load_and_erase(location: str, build: Path, zones: Any, report: Report, before: Any) -> Any:
        key = hash_key()
        hashed(key, person.emails, person.phones, person.ids)
        loaded = load(location, build, zones, report).loaded
        systems = {pair.partition("|")[2] for pair in loaded.systems} - {""} | {"default"}
        given = hashed(key, person.emails, person.phones, person.ids, systems, zones.phone_countries)
        known = _identifiers_of_customer(job, given, report)
        note_erased(key, given | known)
        dbt.remove_build(job.work)
        return load(location, build, zones, report)

    code = run(job, load_and_erase, console)
    if code == OK:
        # What was published before still holds the customer.
        prune(job.warehouse, keep=0)
        console.print(f"Erased from {job.warehouse}, and for all runs to come.", soft_wrap=True)
    else:
        console.print("Not erased yet: repeat the command when the run can be published.", style="red")
    return code


def _identifiers_of_customer(job: Job, given: set[str], report: Report) -> set[str]:
    """All identifiers of the customer as the models match them; none if nobody landed with a given one."""
    variables = {"as_of": job.as_of} if job.as_of else {}
    project = dbt.Project(job.project_dir, job.work, variables, report)
    try:
        project.build_only(["int_shared_identifiers", "int_customers_matched"], report)
    finally:
        project.close()
    with duckdb.connect(dbt.build_file(job.work), read_only=True) as connection:
        shared = {digest for (digest,) in connection.execute(SHARED).fetchall()}
        if given & shared:
            raise CannotStart("an address or number of so many customers names nobody: erase by another one")
        return {digest for (digest,) in connection.execute(SAME_CUSTOMER, [list(given)]).fetchall()}
