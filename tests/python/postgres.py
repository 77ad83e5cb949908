"""A PostgreSQL server for tests: in a temporary folder, on a free port of the loopback, gone at the end."""

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import psycopg2
import pytest

from service_kpis.load.contract import landing_tables, note_tables

CHECKOUT = Path(__file__).resolve().parents[2]

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    # Nothing here has to survive a power cut, and no query is worth compiling.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "jit": "off",
    "work_mem": "64MB",
    # No model may depend on the session's zone.
    "timezone": "America/St_Johns",
}

TYPES = {"VARCHAR": "text", "DOUBLE": "double precision"}


def programs() -> Path | None:
    """The folder of the newest server's programs; None where no server is installed."""
    on_path = shutil.which("initdb")
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    found = [Path(on_path).resolve()] if on_path else packaged
    return found[-1].parent if found else None


needs_server = pytest.mark.skipif(programs() is None, reason="no PostgreSQL server is installed")


@dataclass(frozen=True)
class Server:
    """Where a server keeps its data and listens, and the password of its only user."""

    folder: Path
    port: int
    password: str

    def environment(self) -> dict[str, str]:
        """Environment variables with which the project's target `postgres` is this server."""
        return {
            **os.environ,
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": "tests",
            "PGPASSWORD": self.password,
            "PGDATABASE": "postgres",
            "DO_NOT_TRACK": "1",
        }

    def connect(self) -> Any:
        """A connection that commits each statement, to this server and no other."""
        connection = psycopg2.connect(
            host="127.0.0.1", port=self.port, user="tests", password=self.password, dbname="postgres"
        )
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("show data_directory")
            assert cursor.fetchone() == (str(self.folder / "data"),)
        return connection

    def load(self, build: Path) -> None:
        """Replace schema raw by what the loader wrote to a DuckDB file; the project makes absent tables."""
        with duckdb.connect(build, read_only=True) as source, closing(self.connect()) as target:
            cursor = target.cursor()
            cursor.execute("drop schema if exists raw cascade; create schema raw")
            for table in [*landing_tables(), *note_tables()]:
                rows = source.table(f"raw.{table}")
                if not rows.limit(1).fetchall():
                    continue
                columns = zip(rows.columns, map(str, rows.types), strict=True)
                typed = ", ".join(f"{name} {TYPES.get(type, type)}" for name, type in columns)
                cursor.execute(f"create table raw.{table} ({typed})")
                file = self.folder / "rows.csv"
                rows.write_csv(str(file), header=False)
                with file.open() as lines:
                    cursor.copy_expert(f"copy raw.{table} from stdin (format csv)", lines)

    def build(self, variables: dict[str, str], unit_tests: bool = False) -> None:
        """Build and test the project on schema raw with dbt variables; unit tests bring rows of their own."""
        done = subprocess.run(
            [
                *(Path(sys.executable).with_name("dbt"), "build", "--target", "postgres"),
                *("--profiles-dir", "profiles", "--no-use-colors"),
                *("--target-path", self.folder / "target", "--log-path", self.folder / "logs"),
                *("--vars", json.dumps(variables)),
                *(() if unit_tests else ("--exclude-resource-type", "unit_test")),
            ],
            cwd=CHECKOUT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout

    def write_csv(self, query: str) -> Path:
        """A file with what a query gives, as CSV without a header; gone with the next one."""
        file = self.folder / "answer.csv"
        with file.open("w") as lines, closing(self.connect()) as connection:
            connection.cursor().copy_expert(f"copy ({query}) to stdout (format csv)", lines)
        return file


@contextmanager
def running_server() -> Iterator[Server]:
    """A server whose texts sort and fold as in DuckDB: by code point, in Unicode."""
    with TemporaryDirectory(prefix="postgres_") as name:
        server = Server(Path(name).resolve(), _free_port(), secrets.token_hex(16))
        (server.folder / "password").write_text(server.password)
        identity = _identity(server.folder)
        subprocess.run(
            [
                *(programs() / "initdb", "--pgdata=data", "--username=tests", "--pwfile=password"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            **identity,
        )
        with (server.folder / "log").open("w") as log:
            process = subprocess.Popen(
                [programs() / "postgres", "-D", "data", "-p", str(server.port)]
                + [f"--{name}={value}" for name, value in SETTINGS.items()],
                stdout=log,
                stderr=log,
                **identity,
            )
        try:
            _wait_for(server, process)
            yield server
        finally:
            # The server's fast shutdown.
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _identity(folder: Path) -> dict[str, Any]:
    """How to start a program in a folder as somebody to whom the folder belongs; the server refuses root."""
    if os.geteuid() != 0:
        return {"cwd": folder}
    nobody = pwd.getpwnam("nobody")
    for path in [folder, *folder.iterdir()]:
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    return {"cwd": folder, "user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(server: Server, process: subprocess.Popen) -> None:
    for _ in range(300):
        try:
            server.connect().close()
            return
        except psycopg2.OperationalError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise RuntimeError((server.folder / "log").read_text())
