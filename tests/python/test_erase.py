"""Erasing: who is matched is said, who matches nobody is refused, near ones are hinted at without a word."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from runs import START, WITHOUT_BOARDS, WITHOUT_EDGES
from shared import read_once
from test_privacy import plant

from service_kpis.load import Zones, load_landing, near
from service_kpis.load.guard import hashed
from service_kpis.privacy import hash_key

WHEN = "2025-06-03T10:00:00Z"
OTHER = "somebody.else@canary.example"


class Place:
    """A folder with a landing, a work folder, a warehouse, and a configuration."""

    def __init__(self, folder: Path):
        self.folder, self.landing, self.config = folder, folder / "landing", folder / "config"
        self.landing.mkdir()

    def erase(self, *given: str, expected: int) -> str:
        """What the command printed."""
        paths = ("landing", "work", "warehouse.duckdb")
        places = [part for name in paths for part in (f"--{Path(name).stem}", str(self.folder / name))]
        environment = {name: value for name, value in os.environ.items() if name != "SERVICE_KPIS_HASH_KEY"}
        with read_once(self.folder / "work"):
            done = subprocess.run(
                [sys.executable, "-c", WITHOUT_EDGES + WITHOUT_BOARDS + START, "erase", *given, *places],
                capture_output=True,
                text=True,
                env={**environment, "SERVICE_KPIS_CONFIG": str(self.config)},
                check=False,
            )
        assert done.returncode == expected, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def landed(tmp_path_factory) -> set[str]:
    """The hashes of one customer's identifiers, as they landed."""
    folder = tmp_path_factory.mktemp("near")
    rows = [
        {"ticket_id": "1", "created_at": WHEN, "source_system": "zd", "customer_id": "US-587"},
        {"ticket_id": "2", "created_at": WHEN, "customer_phone": "+49 1577 5550199"},
        {"ticket_id": "3", "created_at": WHEN, "source_system": "tel", "customer_phone": "030 5550199"},
        {"ticket_id": "4", "created_at": WHEN, "customer_email": "mailto:Anna@canary.example;"},
        {"ticket_id": "5", "created_at": WHEN, "customer_id": "anna.b@canary.example"},
        {"ticket_id": "6", "created_at": WHEN, "customer_phone": "4915775550111"},
        {"ticket_id": "7", "created_at": WHEN, "customer_phone": "+49 1577 5550122 ext 5"},
    ]
    columns = {"source_system": "", "customer_id": "", "customer_phone": "", "customer_email": ""}
    (folder / "landing").mkdir()
    plant(folder / "landing", "tickets", [{**columns, **row} for row in rows])
    load_landing(str(folder / "landing"), folder / "build.duckdb", Zones())
    with duckdb.connect(folder / "build.duckdb", read_only=True) as connection:
        found = connection.execute(
            "SELECT unnest([customer_id, customer_phone, customer_email]) FROM raw.tickets"
        ).fetchall()
    return {identifier for (identifier,) in found if identifier}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("emails", "anna@canary.example"),
        ("emails", "mailto:ANNA@canary.example"),
        ("emails", "anna@canary.example;"),
        ("emails", "Anna B. <anna@canary.example>"),
        ("emails", "“anna@canary.example”"),
        ("emails", "anna@canary.example (work)"),
        ("emails", "anna(at)canary.example"),
        ("emails", "anna [at] canary [dot] example"),
        ("emails", r"anna\u0040canary.example"),
        ("emails", "Anna anna@canary.example"),
        ("emails", "smtp: anna@canary.example!"),
        ("phones", "tel:+49-1577-5550199"),
        ("phones", "0049 1577 5550199;"),
        ("ids", "zd=US-587"),
    ],
)
def test_what_is_given_is_read_as_the_load_reads_it(landed, kind, text):
    given = {"emails": [], "phones": [], "ids": [], kind: [text]}
    assert hashed(hash_key(), given["emails"], given["phones"], given["ids"]) <= landed


def test_a_number_without_its_code_is_read_with_the_country_that_the_load_is_given(landed):
    for countries, found in (({"": "DE"}, True), ({"tel": "DE"}, False), ({"": "NL"}, False)):
        assert (hashed(hash_key(), [], ["01577 5550199"], [], ["zd"], countries) <= landed) == found


@pytest.mark.parametrize(
    ("kind", "text", "hint"),
    [
        ("ids", "US-587", "the id matches under source system zd: give --customer-id zd=ID"),
        ("ids", "other=US-587", "the id matches under source system zd: give --customer-id zd=ID"),
        ("ids", "us-587;", "an id that differs in capitals or marks matches under source system zd"),
        ("ids", "anna@canary.example", "give it as --customer-email"),
        ("ids", "+49 1577 5550199", "give it as --customer-phone"),
        ("phones", "01577 5550199", "matches with the code of DE"),
        ("phones", "+49 1577 5550111", "matches without its + under source system default"),
        ("phones", "+49 (0)1577 5550199", "without a 0 behind its country's code"),
        ("phones", "+49 1577 5550122", "with digits of an extension behind it"),
        ("phones", "+49 30 5550199", "under source system tel: give --phone-country tel=DE"),
        ("emails", "anna.b@canary.example", "matches as an id: give --customer-id default=…"),
        ("emails", OTHER, None),
        ("phones", "+49 1577 5550198", None),
        ("ids", "US-588", None),
    ],
)
def test_near_ones_are_hinted_at(landed, kind, text, hint):
    given = {"emails": [], "phones": [], "ids": [], kind: [text]}
    hints = near.near(
        hash_key(), **given, systems=["default", "tel", "zd"], landed=lambda hashes: landed & {*hashes}
    )
    assert [hint in said for said in hints] == ([True] if hint else [])
    assert not [said for said in hints if "587" in said or "5550199" in said or "canary" in said]


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Place:
    """A landing with two customers, one with an id under a source system."""
    place = Place(tmp_path_factory.mktemp("erase"))
    anna = {"customer_id": "US-587", "customer_email": "anna@canary.example", "source_system": "zd"}
    tickets = [
        {
            "ticket_id": "4",
            "created_at": WHEN,
            **anna,
            "customer_id": "",
            "customer_email": "",
            "customer_phone": "4915775550199",
        },
        {"ticket_id": "1", "created_at": WHEN, **anna},
        {"ticket_id": "2", "created_at": WHEN, **anna},
        {"ticket_id": "3", "created_at": WHEN, **anna, "customer_id": "9", "customer_email": OTHER},
    ]
    plant(place.landing, "tickets", tickets)
    call = {"call_id": "c", "started_at": WHEN, "source_system": "zd", "direction": "inbound"}
    plant(place.landing, "calls", [{**call, "customer_id": "US-587"}])
    return place


@pytest.mark.slow
def test_who_matches_nobody_is_refused_and_the_near_one_hinted_at(place):
    said = place.erase("--customer-id", "US-587", expected=2)
    assert (
        "nobody is erased: none of the 1 identifiers given has landed; the id matches under source system zd:"
        " give --customer-id zd=ID" in said
    )
    assert "Not erased yet" not in said and "587" not in said
    assert not (place.config / "erased.csv").exists()


@pytest.mark.slow
def test_what_matched_is_said_and_the_command_may_be_repeated(place):
    given = ("--customer-id", "zd=US-587", "--customer-phone", "+49 1577 5550199")
    said = place.erase(*given, expected=0)
    assert (
        "identifiers given that match: 1 of 2; theirs in all: 2; customers: 1; rows: calls 1, tickets 2"
        in said
    )
    assert "587" not in said and "5550199" not in said and "canary" not in said
    assert "Not erased, since they only look alike: the number matches without its +" in said
    again = place.erase(*given, expected=0)
    assert "rows: none, noted as erased before" in again


def test_a_number_that_is_none_is_named_without_its_value(tmp_path):
    place = Place(tmp_path)
    plant(place.landing, "tickets", [{"ticket_id": "1", "created_at": WHEN}])
    said = place.erase("--customer-phone", "+49 1577 5550199", "--customer-phone", OTHER, expected=2)
    assert "--customer-phone: number 2 of those given is none, and names nobody" in said
    left = [file for file in tmp_path.rglob("*") if file.is_file() and "somebody.else" in _text(file)]
    assert not left and "somebody.else" not in said


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace")
