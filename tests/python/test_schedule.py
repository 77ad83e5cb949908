"""The schedules in deploy/: each is checked by its own tool, and what it starts is started here."""

import os
import re
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from runs import rows
from typer.testing import CliRunner
from worlds import World, at

from service_kpis.cli import app

CHECKOUT = Path(__file__).resolve().parents[2]
DEPLOY = CHECKOUT / "deploy"
PLACE = "/opt/service-kpis"
BIN = Path(sys.executable).parent
DAGSTER = "1.13.29"
CHECK_JSONSCHEMA = "0.39.0"
COMMANDED = (
    "crontab",
    "systemd/service-kpis.service",
    "systemd/service-kpis-fresh.service",
    "github-actions/service-kpis.yml",
    "dagster/definitions.py",
)


def shell(*command: object, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, **options)


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not on this machine")
    return found


def uv(*arguments: object) -> subprocess.CompletedProcess[str]:
    """uv with packages from PyPI; skips where that cannot be reached."""
    done = shell(shutil.which("uv") or CHECKOUT / ".venv" / "uv" / "bin" / "uv", *arguments)
    if done.returncode and "Failed to fetch" in done.stderr:
        pytest.skip(f"PyPI cannot be reached: {done.stderr.strip().splitlines()[-1]}")
    return done


# --- Is what is in deploy/ well formed? -----------------------------------------------------------


def test_cron_takes_the_crontab():
    done = shell(tool("crontab"), "-n", DEPLOY / "crontab")
    if "invalid option" in done.stderr:
        pytest.skip("this crontab cannot check a file without installing it")
    assert done.returncode == 0, done.stderr


def test_systemd_takes_the_units(tmp_path):
    for unit in (DEPLOY / "systemd").iterdir():
        text = (
            unit.read_text().replace(f"{PLACE}/.venv/bin", str(BIN)).replace("User=service-kpis", "User=root")
        )
        (tmp_path / unit.name).write_text(text)
    done = shell(tool("systemd-analyze"), "verify", *tmp_path.iterdir())
    assert (done.returncode, done.stderr) == (0, "")


def test_a_night_in_which_the_machine_was_off_is_made_up_for():
    assert "Persistent=true" in (DEPLOY / "systemd" / "service-kpis.timer").read_text()


@pytest.mark.slow
def test_github_takes_the_workflow():
    done = uv(
        "tool", "run", "--from", f"check-jsonschema=={CHECK_JSONSCHEMA}", "check-jsonschema",
        "--builtin-schema", "vendor.github-workflows", DEPLOY / "github-actions" / "service-kpis.yml",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", COMMANDED)
def test_every_command_that_is_scheduled_has_the_options_it_is_given(name):
    text = (DEPLOY / name).read_text()
    asked = re.findall(r"service-kpis (run|fresh) (--.*)", text) or re.findall(r'"(run|fresh)", (.*)\)', text)
    assert asked
    for command, arguments in asked:
        helped = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).output
        for option in re.findall(r"--[\w-]+", arguments):
            assert option in helped


# --- What they start ------------------------------------------------------------------------------


def land(folder: Path, days: int) -> Path:
    """A landing folder with one call on each of so many days."""
    world = World()
    for day in range(days):
        world.call(f"call_{day}", at("2025-02-03 10:00") + timedelta(days=day))
    return world.write(folder)


@pytest.fixture
def project(tmp_path) -> Path:
    """What a schedule expects in its project folder."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / ".venv").symlink_to(BIN.parent)
    return tmp_path / "project"


@pytest.mark.slow
def test_the_crontab_publishes_catches_up_with_missed_days_and_finds_it_fresh(project):
    landing = project.parent / "landing"
    lines = [line for line in (DEPLOY / "crontab").read_text().splitlines() if " * * " in line]
    run, fresh = [line.split(maxsplit=5)[5].replace(r"\%", "%") for line in lines]
    kept = {name: os.environ[name] for name in os.environ if name.startswith("SERVICE_KPIS_")}
    settings = {"PROJECT": str(project), "LANDING": str(landing), "PATH": os.environ["PATH"]}

    def cron(command: str) -> None:
        done = shell("/bin/sh", "-c", command, env={**kept, **settings, "HOME": str(project)})
        assert done.returncode == 0, [log.read_text() for log in (project / "logs").iterdir()]

    warehouse = project / "warehouse" / "service_kpis.duckdb"
    days = """
        select count(*), max(period_start) from marts.kpi_values
        where kpi_id = 'identity_coverage' and slice = 'all' and grain = 'day' and n = 1
    """
    land(landing, days=2)
    cron(run)
    assert rows(warehouse, days) == [(2, date(2025, 2, 4))]
    # Four nights without a run.
    shutil.rmtree(landing)
    land(landing, days=6)
    cron(run)
    assert rows(warehouse, days) == [(6, date(2025, 2, 8))]
    cron(fresh)
    (log,) = (project / "logs").glob("fresh-*.log")
    assert "is fresh" in log.read_text()


@pytest.mark.slow
def test_dagster_makes_the_warehouse_and_finds_it_fresh(project, tmp_path):
    python = tmp_path / "dagster" / "bin" / "python"
    assert uv("venv", "--python", sys.executable, tmp_path / "dagster").returncode == 0
    installed = uv("pip", "install", "--python", python, f"dagster=={DAGSTER}")
    assert installed.returncode == 0, installed.stderr
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(tmp_path / "home"),
        "SERVICE_KPIS_PROJECT": str(project),
        "SERVICE_KPIS_LANDING": str(land(tmp_path / "landing", days=3)),
    }
    job = ("job", "execute", "-f", DEPLOY / "dagster" / "definitions.py", "-j", "every_night")
    done = shell(python.with_name("dagster"), *job, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "RUN_SUCCESS" in done.stdout + done.stderr
    assert "is_fresh" in done.stdout + done.stderr
    assert rows(
        project / "warehouse" / "service_kpis.duckdb", "select count(*) from core.fct_conversations"
    ) == [(3,)]

    shutil.rmtree(tmp_path / "landing")
    done = shell(python.with_name("dagster"), *job, cwd=tmp_path, env=environment)
    assert done.returncode != 0
    assert "exit code 2" in done.stdout + done.stderr


# --- service-kpis fresh ---------------------------------------------------------------------------


def published(file: Path, finished_at: str, as_of: str) -> Path:
    """A file that holds nothing but a run."""
    with duckdb.connect(file) as connection:
        connection.execute("create schema quality")
        connection.execute(
            f"""
            create table quality.runs as
            select
                'r1' as run_id, {finished_at} as started_at, {finished_at} as finished_at,
                {as_of} as as_of, 'published' as outcome, 1::bigint as rows, '{{}}' as versions
            """
        )
    return file


NOW = "(now() at time zone 'UTC')"


@pytest.mark.parametrize(
    ("finished_at", "as_of", "options", "code"),
    [
        (f"{NOW} - interval 25 hours", f"{NOW} - interval 9 days", [], 0),
        (f"{NOW} - interval 27 hours", f"{NOW} - interval 27 hours", [], 1),
        (f"{NOW} - interval 27 hours", f"{NOW} - interval 27 hours", ["--run-within", "28"], 0),
        (f"{NOW} - interval 1 hour", f"{NOW} - interval 49 hours", ["--data-within", "48"], 1),
        (f"{NOW} - interval 1 hour", f"{NOW} - interval 47 hours", ["--data-within", "48"], 0),
    ],
)
def test_fresh_says_how_old_the_file_and_its_data_are(tmp_path, finished_at, as_of, options, code):
    file = published(tmp_path / "w.duckdb", finished_at, as_of)
    answer = CliRunner().invoke(app, ["fresh", "--warehouse", str(file), *options])
    assert answer.exit_code == code, answer.output
