"""The test seeds of the best-known packages, deliberately incoherent: what is odd is listed, nothing stops.

Their comments and parts belong to tickets and conversations that are not there.
"""

from pathlib import Path

import pytest
from runs import publish, rows
from shared import REAL

SEEDS = REAL.parent / "vendor_seeds"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SEEDS.is_dir(), reason="the vendors' seeds are not beside the checkout"),
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> Path:
    sources = [("--source", f"{folder.name}={folder}") for folder in sorted(SEEDS.iterdir())]
    return publish(None, tmp_path_factory.mktemp("seeds"), *(word for source in sources for word in source))


def test_every_landed_line_is_accepted_or_rejected(warehouse):
    reconciled = dict(
        (table, (landed, accepted + rejected))
        for table, landed, accepted, rejected in rows(
            warehouse,
            "select table_name, landed_rows, accepted_rows, rejected_rows from quality.reconciliation",
        )
    )
    assert all(landed == told for landed, told in reconciled.values())
    # As many as the files have records: their texts hold no line ends.
    for table in ("zendesk.ticket", "zendesk.ticket_field_history", "intercom.conversation_part_history"):
        vendor, name = table.split(".")
        lines = (SEEDS / vendor / f"{name}.csv").read_text().rstrip().count("\n")
        assert reconciled[table] == (lines, lines), table


def test_messages_of_tickets_that_are_not_there_are_listed(warehouse):
    orphans = dict(
        rows(warehouse, "select table_name, count(*) from quality.rejects where rule = 'orphan' group by 1")
    )
    assert orphans["ticket_messages"] > 0 and orphans["ticket_events"] > 0


def test_each_ticket_and_conversation_is_in_the_fact_once(warehouse):
    assert rows(
        warehouse, "select source_system, count(*) from core.fct_conversations group by 1 order by 1"
    ) == [("intercom", 2), ("zendesk", 10)]


def test_the_vendors_numbers_stand_beside_ours_and_no_difference_is_unexplained(warehouse):
    for vendor in ("intercom", "zendesk"):
        ((compared, unexplained),) = rows(
            warehouse,
            "select count(*), count(*) filter (vendor_value is distinct from our_value and reason is null)"
            f" from marts.{vendor}_comparison",
        )
        assert compared > 0 and unexplained == 0
