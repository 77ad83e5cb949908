"""Superset with this dashboard, tried: installed, imported, asked, and asked again while runs publish.

    .venv/bin/python bi/superset/try.py

Takes some minutes. Everything lies in a temporary folder; the server listens on this machine only, and
ends with the script. Exits with 1 if an answer of Superset is not what DuckDB reads in the file.
"""

import json
import math
import os
import re
import secrets
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import bundle
import duckdb
import requests

from service_kpis import publish

CHECKOUT = bundle.HERE.parents[1]
CUTOFFS = ("2025-06-30T23:59:59Z", "2025-12-31T23:59:59Z")
CONVERSATIONS = 3_000
PUBLISHES = 20

sys.path.append(str(CHECKOUT / "tests" / "python"))
from chaos import SAME  # noqa: E402

# Each is 1 where all tables of the file are of one run.
WHOLE = f"""
select
    run_ids[1] as run_id,
    len(list_distinct(run_ids)) as runs,
    len(list_distinct(conversations)) as conversations,
    len(list_distinct(countable)) as countable
from ({SAME})
"""

Row = tuple


def say(what: str, begun: float | None = None) -> None:
    print(what + (f" ({time.monotonic() - begun:.0f} s)" if begun else ""), flush=True)


class Superset:
    """Superset in an environment and with a database of its own, in `folder`."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.environment = {
            **os.environ,
            "FLASK_APP": "superset.app:create_app()",
            "SUPERSET_HOME": str(folder / "home"),
            "SUPERSET_SECRET_KEY": secrets.token_hex(32),
        }
        self.password = secrets.token_hex(8)
        self.session = requests.Session()
        self.url = ""
        (folder / "home").mkdir(parents=True)

    def command(self, *command: str | Path) -> list[str]:
        return [str(self.folder / "venv" / "bin" / command[0]), *map(str, command[1:])]

    def run(self, *command: str | Path) -> None:
        with (self.folder / "commands.log").open("a") as log:
            subprocess.run(
                self.command(*command), env=self.environment, stdout=log, stderr=subprocess.STDOUT, check=True
            )

    def install(self) -> None:
        uv = CHECKOUT / ".venv" / "uv" / "bin" / "uv"
        python = self.folder / "venv" / "bin" / "python"
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, self.folder / "venv"], check=True)
        # Of these two there are no wheels.
        built = ["--no-binary", "odfpy", "--no-binary", "wtforms-json"]
        wheels = ["--only-binary", ":all:", *built]
        tools = ["--build-constraints", CHECKOUT / "requirements-build.lock"]
        locked = [*wheels, *tools, "--require-hashes", "-r", bundle.HERE / "requirements.txt"]
        subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *locked], check=True)

    def prepare(self, warehouse: Path) -> None:
        """Superset's own database, an administrator, and our dashboard."""
        self.run("superset", "db", "upgrade")
        names = ["--username", "admin", "--firstname", "A", "--lastname", "B", "--email", "a@example.org"]
        self.run("superset", "fab", "create-admin", *names, "--password", self.password)
        self.run("superset", "init")
        bundle.write(warehouse, self.folder / "bundle.zip")
        self.run("superset", "import-dashboards", "-p", self.folder / "bundle.zip", "-u", "admin")

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Two workers that answer one question at a time."""
        log = self.folder / "server.log"
        options = ["--workers", "2", "--worker-class", "sync", "--bind", "127.0.0.1:0"]
        with log.open("w") as output:
            server = subprocess.Popen(
                self.command("gunicorn", *options, "superset.app:create_app()"),
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            while not (found := re.search(r"Listening at: (\S+)", log.read_text())):
                time.sleep(0.2)
                assert server.poll() is None, log.read_text()
            self.url = found[1]
            self.log_in()
            yield
            assert server.poll() is None, "the server ended by itself"
        finally:
            server.terminate()
            server.wait()

    def log_in(self) -> None:
        who = {"username": "admin", "password": self.password, "provider": "db", "refresh": False}
        token = self.post("/api/v1/security/login", who)["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"
        self.session.headers["Referer"] = self.url
        self.session.headers["X-CSRFToken"] = self.get("/api/v1/security/csrf_token/")

    def get(self, path: str) -> Any:
        answer = self.session.get(self.url + path, timeout=120)
        answer.raise_for_status()
        return answer.json()["result"]

    def post(self, path: str, question: dict) -> dict:
        answer = self.session.post(self.url + path, json=question, timeout=120)
        assert answer.ok, answer.text
        return answer.json()

    def charts(self) -> dict[str, dict]:
        """What was imported, by name; its parameters are those that Superset keeps."""
        found = self.get("/api/v1/chart/?q=(page_size:100)")
        return {each["slice_name"]: {**each, "params": json.loads(each["params"])} for each in found}

    def rows_of(self, chart: dict) -> list[Row]:
        """The rows of a chart's data, as its page gets them."""
        question = {
            "datasource": {"id": chart["datasource_id"], "type": "table"},
            "queries": [bundle.query_of(chart)],
        }
        (answer,) = self.post("/api/v1/chart/data", question)["result"]
        return [tuple(row[name] for name in answer["colnames"]) for row in answer["data"]]

    def rows_of_sql(self, sql: str) -> list[Row]:
        """The rows of a query in SQL Lab."""
        (database,) = self.get("/api/v1/database/")
        question = {
            "database_id": database["id"],
            "sql": sql,
            "client_id": uuid.uuid4().hex[:11],
            "runAsync": False,
        }
        answer = self.post("/api/v1/sqllab/execute/", question)
        return [tuple(row.values()) for row in answer["data"]]


def run(landing: Path, folder: Path, as_of: str) -> Path:
    """A run of the product, which publishes; returns the warehouse."""
    warehouse = folder / "warehouse" / "service_kpis.duckdb"
    options = ["--landing", landing, "--work", folder / "work", "--warehouse", warehouse, "--as-of", as_of]
    command = [sys.executable, "-m", "service_kpis", "run", *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return warehouse


def read(warehouse: Path, sql: str) -> list[Row]:
    with duckdb.connect(warehouse, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def plain(value: Any) -> Any:
    """A value of DuckDB as Superset's answers have it: instants in milliseconds."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).timestamp() * 1000
    if isinstance(value, date):
        return plain(datetime(value.year, value.month, value.day))
    return value


def are_same(one: list[Row], other: list[Row]) -> bool:
    """Whether rows are the same in any order; two versions of DuckDB may add up in different orders."""

    def key(row: Row) -> str:
        return repr([f"{value:.6g}" if isinstance(value, float) else value for value in row])

    def is_same(left: Any, right: Any) -> bool:
        if isinstance(left, (int, float)) and isinstance(right, (int, float)):
            return math.isclose(left, right, rel_tol=1e-12)
        return left == right

    def in_order(rows: list[Row]) -> list[Row]:
        numbers = [tuple(float(v) if type(v) is int else v for v in map(plain, row)) for row in rows]
        return sorted(numbers, key=key)

    pairs = zip(in_order(one), in_order(other), strict=False)
    return len(one) == len(other) and all(all(map(is_same, *pair)) for pair in pairs)


def compare(superset: Superset, warehouse: Path) -> dict[str, list[Row]]:
    """Ask each chart and the file itself; returns the answers of the file."""
    charts = superset.charts()
    written = {chart["slice_name"]: chart for chart in bundle.read("charts").values()}
    assert charts.keys() == written.keys()
    answers = {}
    for name, chart in written.items():
        answers[name] = read(warehouse, bundle.sql_of(chart))
        got = superset.rows_of(charts[name])
        is_same = bool(got) and are_same(got, answers[name])
        say(f"  {'same' if is_same else 'NOT THE SAME':<5} {len(got):>4} rows  {name}")
        assert is_same, (got[:5], answers[name][:5])
    return answers


class Readers:
    """Four threads that ask Superset until told to stop: two for all tables of a run, two for a chart."""

    def __init__(self, superset: Superset, answers: list[list[Row]], chart: dict):
        self.superset, self.answers, self.chart = superset, answers, chart
        self.stop, self.seen, self.errors = threading.Event(), Counter(), []
        self.threads = [threading.Thread(target=self.poll, args=(i % 2 == 0,)) for i in range(4)]

    def poll(self, asks_chart: bool) -> None:
        while not self.stop.is_set():
            try:
                self.ask_chart() if asks_chart else self.ask_run()
            except Exception as error:
                self.errors.append(repr(error)[:500])

    def ask_chart(self) -> None:
        rows = self.superset.rows_of(self.chart)
        self.seen["charts"] += 1
        self.seen["mixed"] += not any(are_same(rows, answer) for answer in self.answers)

    def ask_run(self) -> None:
        ((run_id, *counts),) = self.superset.rows_of_sql(WHOLE)
        self.seen["queries"] += 1
        self.seen["mixed"] += counts != [1, 1, 1]
        self.seen[run_id] += 1


def poll_while_publishing(superset: Superset, warehouse: Path, answers: list[list[Row]], name: str) -> None:
    """Replace the file by that of the other run, over and over, while four readers ask."""
    runs = [file.stem for file in publish.kept_files(warehouse)]
    runs.append(read(warehouse, "select max_by(run_id, started_at) from quality.runs")[0][0])
    readers = Readers(superset, answers, superset.charts()[name])
    late = 0
    for thread in readers.threads:
        thread.start()
    for number in range(PUBLISHES):
        run_id = runs[number % 2]
        publish.restore(warehouse, run_id)
        ((shown, *_),) = superset.rows_of_sql(WHOLE)
        late += shown != run_id
        time.sleep(0.5)
    readers.stop.set()
    for thread in readers.threads:
        thread.join()
    seen = readers.seen
    say(
        f"  {PUBLISHES} replacements; 4 readers asked {seen['charts']} charts and {seen['queries']} queries: "
        f"{len(readers.errors)} errors, {seen['mixed']} mixed; {late} times the next query saw the old file"
    )
    say(f"  runs seen: {', '.join(f'{seen[run_id]} x {run_id}' for run_id in runs)}")
    assert not readers.errors and not seen["mixed"] and not late, readers.errors[:3]
    assert all(seen[run_id] for run_id in runs)


def main() -> None:
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        begun = time.monotonic()
        generate = ["generate", "--conversations", str(CONVERSATIONS), "--seed", "1", "--out"]
        subprocess.run([sys.executable, "-m", "service_kpis", *generate, folder / "landing"], check=True)
        warehouse = run(folder / "landing", folder, CUTOFFS[0])
        say(f"published, data up to {CUTOFFS[0]}", begun)

        begun = time.monotonic()
        superset = Superset(folder / "superset")
        superset.install()
        say("Superset installed", begun)
        begun = time.monotonic()
        superset.prepare(warehouse)
        say("database made, bundle imported", begun)

        with superset.serving():
            before = compare(superset, warehouse)
            begun = time.monotonic()
            run(folder / "landing", folder, CUTOFFS[1])
            say(f"published while the server is up, data up to {CUTOFFS[1]}", begun)
            after = compare(superset, warehouse)
            for name in after:
                assert not are_same(before[name], after[name]), f"nothing new to see in {name}"
            say(f"  the answers of all {len(after)} charts are new")
            name = "First contact resolution by channel"
            poll_while_publishing(superset, warehouse, [before[name], after[name]], name)


if __name__ == "__main__":
    main()
