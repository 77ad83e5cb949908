"""A vendor's words stand with the vendor: whoever reads the rest of the house meets none."""

import re
import subprocess
from pathlib import Path

import pytest

from service_kpis.load.contract import landing_tables, vendors

CHECKOUT = Path(__file__).resolve().parents[2]
HOUSE = ("models", "macros", "seeds", "service_kpis", "analyses", "charts", "profiles", "dbt_project.yml")
# Words that landing tables may hold, a KPI named after whoever counts so, and how a landed word misleads.
ELSEWHERE = {
    "seeds/words/word_map.csv",
    "seeds/kpis/kpi_registry.csv",
    "models/kpis/tickets",
    "service_kpis/load/findings.py",
}
STAGED = [
    "tickets",
    "ticket_messages",
    "ticket_events",
    "chats",
    "chat_messages",
    "calls",
    "surveys",
    "agents",
]
CALENDARS = ["calendar_hours", "calendar_holidays", "conversation_calendars"]


def own(vendor: str) -> list[str]:
    """Where a vendor's words belong, as patterns of paths."""
    return [
        f"models/staging/{vendor}/.*",
        f"models/marts/vendors/_?.*{vendor}.*",
        f"seeds/vendors/{vendor}/.*",
        f"service_kpis/generate/shapes/{vendor}([./].*)",
    ]


@pytest.mark.parametrize("vendor", vendors())
def test_no_word_of_a_vendor_stands_elsewhere(vendor):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *HOUSE],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    files = [file for file in listed if (CHECKOUT / file).is_file()]
    assert any(re.fullmatch(own(vendor)[0], file) for file in files)
    foreign = [
        file
        for file in files
        if not any(re.fullmatch(pattern, file) for pattern in own(vendor))
        and not any(file.startswith(place) for place in ELSEWHERE)
        and vendor in (CHECKOUT / file).read_text(encoding="utf-8", errors="replace").lower()
    ]
    assert foreign == []


@pytest.mark.parametrize("vendor", vendors())
@pytest.mark.parametrize("table", STAGED)
def test_the_staging_of_a_vendor_ends_in_the_contract_s_columns(vendor, table):
    text = (CHECKOUT / "models" / "staging" / vendor / f"stg_{vendor}__{table}.sql").read_text(
        encoding="utf-8"
    )
    if f"no_rows_of('{table}')" in text:
        # Its columns are the contract's: it is made of them.
        return
    assert "landed_file_name" in text and "landed_line_number" in text
    missing = [
        column.name
        for column in landing_tables()[table].columns
        if not re.search(rf"\b{column.name}\b", text)
    ]
    assert missing == []
