"""The template for a tool of one's own: copied under another name it is read, built and published."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from postgres import CHECKOUT
from runs import START, WITHOUT_BOARDS, WITHOUT_EDGES, rows
from test_vendors_apart import CALENDARS, STAGED

from service_kpis.load.contract import landing_tables

TEMPLATE = CHECKOUT / "docs" / "vendors" / "template"
# Asked on a Monday at 10:00, a note at 10:05, an answer at 10:20, solved at 10:30. The second waits.
# The status of the third is in no list yet.
LANDED = {
    "tickets": """
id,requester_id,customer_email,channel,status,created_at,updated_at,solved_at,team
1,7,seven@example.org,email,resolved,2025-03-03T10:00:00Z,2025-03-03T10:30:00Z,2025-03-03T10:30:00Z,front
2,8,,form,open,2025-03-05T09:00:00Z,2025-03-05T09:00:00Z,,front
3,9,,email,parked,2025-03-06T09:00:00Z,2025-03-06T09:00:00Z,,
""",
    "messages": """
id,ticket_id,author_type,author_id,is_internal,created_at,body
11,1,user,7,false,2025-03-03T10:00:00Z,"Hush, hush"
12,1,staff,a1,true,2025-03-03T10:05:00Z,"Hush, hush"
13,1,Staff,a1,false,2025-03-03T10:20:00Z,"Hush, hush"
21,2,user,8,false,2025-03-05T09:00:00Z,"Hush, hush"
31,3,user,9,false,2025-03-06T09:00:00Z,"Hush, hush"
""",
    "agents": "\nid,team\na1,front\n",
}


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the project in which the template was copied for the tool helpline."""
    tracked = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(tracked, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    folder = tmp_path / "project"
    for name in listed.splitlines():
        if (CHECKOUT / name).is_file() and not name.startswith("tests/python"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(CHECKOUT / name, folder / name)
    copied(folder, "helpline")
    return folder


def copied(project: Path, name: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, project / "docs" / "vendors" / "template" / "copy.py", name],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_copied_template_gives_what_was_worked_by_hand(project, tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    for table, text in LANDED.items():
        (raw / f"{table}.csv").write_text(text.lstrip("\n"))
    warehouse = tmp_path / "warehouse.duckdb"

    def run() -> tuple[int, str]:
        done = subprocess.run(
            [
                *(sys.executable, "-c", WITHOUT_EDGES + WITHOUT_BOARDS + START, "run"),
                *("--source", f"helpline={raw}", "--work", tmp_path / "work", "--warehouse", warehouse),
            ],
            cwd=project,
            env=os.environ | {"PYTHONPATH": str(project)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, " ".join((done.stdout + done.stderr).split())

    code, said = run()
    assert code == 2, said
    assert "helpline.tickets.status: nobody knows the words 'parked' (1)" in said
    assert "and add the lines to seeds/vendors/helpline/helpline_words.csv." in said
    lines = (tmp_path / "work" / "unknown_words.csv").read_text().splitlines()[1:]
    assert lines == ["helpline_status,parked,,own"]
    with (project / "seeds" / "vendors" / "helpline" / "helpline_words.csv").open("a") as seed:
        seed.write("helpline_status,parked,on_hold,own\n")
    code, said = run()
    assert code == 0, said
    assert rows(
        warehouse,
        "select source_conversation_id, channel, first_human_response_seconds, human_reply_count,"
        " is_resolved, resolution_evidence from core.fct_conversations order by 1",
    ) == [
        ("1", "email", 1200, 1, True, "stated"),
        ("2", "web_form", None, 0, False, "none"),
        ("3", "email", None, 0, False, "none"),
    ]
    assert b"Hush, hush" not in warehouse.read_bytes()


@pytest.mark.slow
def test_the_unit_test_of_a_copied_template_passes(project, tmp_path):
    done = subprocess.run(
        [
            *(Path(sys.executable).with_name("dbt"), "build", "--empty", "--exclude-resource-type", "test"),
            *("--select", "+stg_helpline__ticket_messages", "--vars", "{vendors: [helpline]}"),
            *("--profiles-dir", "profiles", "--target-path", tmp_path / "target", "--log-path", tmp_path),
        ],
        cwd=project,
        env=os.environ | {"SERVICE_KPIS_BUILD": str(tmp_path / "build.duckdb")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads((tmp_path / "target" / "run_results.json").read_text())["results"]
    assert [each["status"] for each in results if each["unique_id"].startswith("unit_test.")] == ["pass"]


def test_a_name_that_is_taken_or_none_is_refused(project):
    taken, none = copied(project, "helpline"), copied(project, "Help-Line")
    assert (taken.returncode, none.returncode) == (1, 1)
    assert "models/staging/helpline is there already" in taken.stderr
    assert "small letters and digits" in none.stderr


def test_the_template_has_the_tables_of_a_source_with_the_columns_of_the_contract():
    models = {file.stem.removeprefix("stg_acme__"): file for file in TEMPLATE.glob("staging/stg_acme__*.sql")}
    assert set(models) == {*STAGED, *CALENDARS}
    for table, file in models.items():
        sql = file.read_text()
        if f"no_rows_of('{table}')" not in sql:
            lines = [
                line.strip().rstrip(",")
                for line in sql.partition("select\n")[2].partition("\nfrom")[0].split("\n")
            ]
            names = [line.split(" as ")[-1].split(".")[-1] for line in lines]
            contract = [column.name for column in landing_tables()[table].columns]
            assert names == [*contract, "landed_file_name", "landed_line_number"]
