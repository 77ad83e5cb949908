"""Service KPIs as one Dagster asset: `dagster dev -f deploy/dagster/definitions.py`.

The asset is the published file, made by `service-kpis run` in a process of its own, and not by dagster-dbt:
dbt alone would build and test tables, but the private build, the audit before publishing and the replacing of
the file in one step are the runner's. Dagster lives in an environment of its own; nothing else is needed.

Set SERVICE_KPIS_PROJECT, SERVICE_KPIS_LANDING, SERVICE_KPIS_OPTIONS (those of `run`, the zone above all) and,
if wanted, SERVICE_KPIS_WAREHOUSE and SERVICE_KPIS_NOTIFY.
"""

import json
import os
import shlex
import subprocess
from pathlib import Path

import dagster as dg

PROJECT = Path(os.environ.get("SERVICE_KPIS_PROJECT", Path(__file__).resolve().parents[2]))
LANDING = os.environ.get("SERVICE_KPIS_LANDING", "/srv/landing")
WAREHOUSE = Path(os.environ.get("SERVICE_KPIS_WAREHOUSE", PROJECT / "warehouse" / "service_kpis.duckdb"))
OPTIONS = shlex.split(os.environ.get("SERVICE_KPIS_OPTIONS", "--source-timezone UTC"))
BUSY = 75
LAST_RUN = (
    "import duckdb, json, sys; row = duckdb.connect(sys.argv[1], read_only=True).execute("
    "'select run_id, as_of, rows from quality.runs order by started_at desc limit 1').fetchone();"
    "print(json.dumps(row, default=str))"
)


def service_kpis(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in the project's own environment."""
    command = [PROJECT / ".venv" / "bin" / "service-kpis", *arguments, "--warehouse", WAREHOUSE]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)


@dg.asset(group_name="service_kpis", kinds={"duckdb", "dbt"})
def warehouse(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """The published warehouse. A run takes all that has landed, so one run makes up for missed nights."""
    done = service_kpis("run", "--landing", LANDING, *OPTIONS, "--keep", "7")
    context.log.info(done.stdout)
    if done.returncode == BUSY:
        raise dg.RetryRequested(max_retries=3, seconds_to_wait=600)
    if done.returncode:
        last_words = (done.stdout + done.stderr)[-2000:]
        raise dg.Failure(
            f"exit code {done.returncode}; the old warehouse stays\n{last_words}", allow_retries=False
        )
    python = PROJECT / ".venv" / "bin" / "python"
    told = subprocess.run([python, "-c", LAST_RUN, WAREHOUSE], capture_output=True, text=True, check=True)
    run_id, as_of, conversations = json.loads(told.stdout)
    return dg.MaterializeResult(metadata={"run_id": run_id, "as_of": as_of, "conversations": conversations})


@dg.asset_check(asset=warehouse)
def is_fresh() -> dg.AssetCheckResult:
    """The last good run is at most 26 hours old."""
    done = service_kpis("fresh", "--run-within", "26")
    return dg.AssetCheckResult(passed=done.returncode == 0, metadata={"said": done.stdout.strip()})


every_night = dg.define_asset_job("every_night", dg.AssetSelection.assets(warehouse))

defs = dg.Definitions(
    assets=[warehouse],
    asset_checks=[is_fresh],
    jobs=[every_night],
    schedules=[dg.ScheduleDefinition(job=every_night, cron_schedule="15 3 * * *")],
)
