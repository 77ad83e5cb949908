"""What the runner promises when it is killed, when the disk is full, when two run at once: tried and counted.

    .venv/bin/python tests/python/chaos.py --kills 30 --full-disks 5 --overlaps 5 --readers 4

Meanwhile readers poll the warehouse. Prints a table and JSON; exits with 1 if a promise was broken. The small
disk is a tmpfs in a mount namespace of this process, so it vanishes with it.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from rich.console import Console
from rich.table import Table

from service_kpis.generate import generate

# Successive warehouses differ by their cut-off.
CUTOFFS = ("2025-01-31T23:59:59Z", "2025-02-20T23:59:59Z")
ROOM = 2 * 2**30
STEPS = ("load", "parse", "build", "audit", "edges", "publish", "end")

# Of one warehouse, all of each line are equal.
SAME = """
select
    [
        (select max_by(run_id, started_at) from quality.runs),
        (select any_value(run_id) from quality.reconciliation),
        (select any_value(run_id) from quality.landed_files)
    ] as run_ids,
    [
        (select max_by(rows, started_at) from quality.runs),
        (select count(*) from core.fct_conversations),
        (select sum(conversation_count) from marts.first_contact_resolution)
    ] as conversations,
    [
        (select count(*) from core.fct_conversations where is_countable),
        (select sum(countable_count) from marts.first_contact_resolution)
    ] as countable
"""


def is_whole(warehouse: Path) -> bool:
    """Whether the tables of a warehouse are of one run. Raises duckdb.Error if it cannot be read."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        connection.execute("set enable_progress_bar = false")
        (row,) = connection.execute(SAME).fetchall()
    return all(len(set(values)) == 1 for values in row)


def poll(warehouse: Path, stop, counts) -> None:
    """Open, check, close, until told to stop, or until nobody is left to tell."""
    seen = Counter(reads=0, unreadable=0, mixed=0)
    while not stop.is_set() and multiprocessing.parent_process().is_alive():
        seen["reads"] += 1
        try:
            seen["mixed"] += not is_whole(warehouse)
        except duckdb.Error as error:
            seen["unreadable"] += 1
            print(f"unreadable: {error}", file=sys.stderr)
        time.sleep(0.5)
    counts.put(seen)


@contextmanager
def readers(number: int, warehouse: Path, total: Counter) -> Iterator[None]:
    """That many processes poll the warehouse while the block runs; what they saw is added to `total`."""
    context = multiprocessing.get_context("spawn")
    stop, counts = context.Event(), context.Queue()
    processes = [context.Process(target=poll, args=(warehouse, stop, counts)) for _ in range(number)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        stop.set()
        for _ in processes:
            total.update(counts.get(timeout=120))
        for process in processes:
            process.join()


@dataclass
class World:
    """A landing, a work folder and a warehouse; what was tried there, and which promises were broken."""

    landing: Path
    folder: Path
    chance: random.Random
    reads: Counter = field(default_factory=Counter)
    kills: Counter = field(default_factory=Counter)
    full_disks: Counter = field(default_factory=Counter)
    overlaps: int = 0
    published: int = 0
    forgotten: int = 0
    seconds: float = 0.0
    broken: list[str] = field(default_factory=list)

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse" / "w.duckdb"

    @property
    def work(self) -> Path:
        return self.folder / "work"

    def start(self, work: Path | None = None) -> subprocess.Popen:
        """Start a run on the cut-off whose turn it is."""
        options = {
            "--landing": self.landing,
            "--work": work or self.work,
            "--warehouse": self.warehouse,
            "--as-of": CUTOFFS[self.published % len(CUTOFFS)],
        }
        command = [sys.executable, "-m", "service_kpis", "run"]
        command += [str(part) for option in options.items() for part in option]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def end(self, process: subprocess.Popen, *expected: int) -> str:
        """Wait for a run; returns what it printed."""
        text, _ = process.communicate()
        code = process.returncode
        self.expect(code in expected, f"exit code {' or '.join(map(str, expected))}, not {code}: {text}")
        self.published += code == 0
        return text

    def publish(self) -> None:
        """A run that nobody disturbs is published."""
        begun = time.monotonic()
        self.end(self.start(), 0)
        self.seconds = time.monotonic() - begun
        self.look()

    def look(self) -> None:
        """What a run published is whole, and remembers those that were killed."""
        self.expect(is_whole(self.warehouse), "the published warehouse is whole")
        killed = self.query("select count(*) from quality.runs where outcome = 'killed'")
        expected = self.kills.total() - self.kills["start"] - self.kills["end"]
        self.expect(killed == expected, f"{expected} killed runs are remembered, not {killed}")

    def kill(self, share: float | None) -> None:
        """Kill a run after this share of its usual time; None: while it publishes."""
        before, logs = self.digest(), self.logs()
        process = self.start()
        if share is None:
            while process.poll() is None and not self.publishes(self.logs() - logs):
                time.sleep(0.01)
            time.sleep(self.chance.uniform(0, 0.03 * self.seconds))
        else:
            time.sleep(share * self.seconds)
        process.kill()
        process.communicate()
        new = self.logs() - logs
        step, is_published = "start", False
        if new:
            (log,) = new
            events = [json.loads(line)["event"] for line in log.read_text().splitlines()]
            step = STEPS[events.count("step_ended")]
            is_published = log.stem == self.query("select max_by(run_id, started_at) from quality.runs")
        self.published += is_published
        # A run that had published already is no killed one in the history.
        self.kills["end" if is_published else step] += 1
        self.expect(
            is_whole(self.warehouse) and (is_published or self.digest() == before),
            f"killed in {step}: the warehouse is the old one, byte for byte, or the new one",
        )

    def overlap(self, work: Path | None) -> None:
        """While a run goes on, another one is started, on the same work folder or on a different one."""
        first = self.start()
        while first.poll() is None and f"pid {first.pid}," not in self.holder():
            time.sleep(0.05)
        time.sleep(self.chance.uniform(0, 0.5) * self.seconds)
        text = self.end(self.start(work), 75)
        self.expect(f"another run is going on (pid {first.pid}," in text, f"the other run is named: {text}")
        self.end(first, 0)
        self.look()
        self.overlaps += 1

    def fill_disk(self, share: float) -> None:
        """A run on a disk that has room for this share of what it needs; then one with room enough."""
        needed = sum(file.stat().st_size for file in (self.work / "build.duckdb", self.warehouse))
        (self.work / "build.duckdb").unlink()
        before = self.digest()
        resize(self.folder, used(self.folder) + int(share * needed))
        process = self.start()
        text = self.end(process, 1, 2, 3)
        self.full_disks[f"exit code {process.returncode}"] += 1
        self.expect("No space left on device" in text, f"it says that the disk is full: {text}")
        self.expect(self.digest() == before, "on a full disk the warehouse is the old one, byte for byte")
        resize(self.folder, ROOM)
        self.publish()

    def query(self, sql: str):
        with duckdb.connect(self.warehouse, read_only=True) as connection:
            return connection.execute(sql).fetchone()[0]

    def digest(self) -> str:
        return hashlib.sha256(self.warehouse.read_bytes()).hexdigest()

    def logs(self) -> set[Path]:
        return set((self.work / "runs").glob("*.jsonl"))

    def publishes(self, logs: set[Path]) -> bool:
        """Whether the run with that log, if there is one yet, has done all before its publishing."""
        return any('"step": "edges"' in log.read_text() for log in logs)

    def holder(self) -> str:
        return (self.work / "run.lock").read_text()

    def expect(self, is_kept: bool, promise: str) -> None:
        if not is_kept:
            print(f"broken: {promise}", file=sys.stderr)
            self.broken.append(promise)


def used(folder: Path) -> int:
    return shutil.disk_usage(folder).used


def resize(folder: Path, size: int) -> None:
    """Give the tmpfs on this folder a new size."""
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)


def can_mount() -> bool:
    """Whether this process lives in a mount namespace of its own, where it may mount."""
    return os.environ.get("CHAOS_NAMESPACE") == "1"


def enter_namespace() -> None:
    """Start this program anew in a mount namespace of its own, if the system lets us."""
    unshare = ["unshare", "--mount", "--map-root-user"]
    if can_mount() or not shutil.which("unshare"):
        return
    if subprocess.run([*unshare, "true"], capture_output=True).returncode == 0:
        environment = {**os.environ, "CHAOS_NAMESPACE": "1"}
        os.execvpe("unshare", [*unshare, sys.executable, *sys.argv], environment)


def disturb(world: World, kills: int, overlaps: int, number_of_readers: int) -> None:
    """Kills spread over a run, each fourth one while it publishes, a good run after each third; overlaps.

    The first of two that overlap is a good run too.
    """
    world.publish()
    with readers(number_of_readers, world.warehouse, world.reads):
        for i in range(kills):
            world.kill(None if i % 4 == 3 else (i + world.chance.random()) / kills)
            if i % 3 == 2 or (i == kills - 1 and not overlaps):
                world.publish()
        for i in range(overlaps):
            world.overlap(world.folder / "other" if i % 2 else None)


def fill_disks(world: World, begun: World, number: int, number_of_readers: int) -> None:
    """Full disks, from almost no room for a run to almost enough, in a copy of where another world is."""
    world.folder.mkdir()
    world.kills = Counter(begun.kills)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(world.folder)], check=True)
    try:
        shutil.copytree(begun.folder, world.folder, dirs_exist_ok=True)
        with readers(number_of_readers, world.warehouse, world.reads):
            for i in range(number):
                world.fill_disk((i + 0.5) / number)
    finally:
        subprocess.run(["umount", str(world.folder)], check=True)


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--conversations", type=int, default=20_000)
    options.add_argument("--kills", type=int, default=30)
    options.add_argument("--full-disks", type=int, default=5)
    options.add_argument("--overlaps", type=int, default=5)
    options.add_argument("--readers", type=int, default=4)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    enter_namespace()
    begun = time.monotonic()
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        generate(asked.conversations, asked.seed, folder / "landing")
        plain, disk = (
            World(folder / "landing", folder / name, random.Random(asked.seed)) for name in ("plain", "disk")
        )
        disturb(plain, asked.kills, asked.overlaps, asked.readers)
        if can_mount():
            fill_disks(disk, plain, asked.full_disks, asked.readers)
    found = {
        "conversations": asked.conversations,
        "readers": asked.readers,
        "kills": dict(plain.kills),
        "full_disks": dict(disk.full_disks) if can_mount() else None,
        "overlaps": plain.overlaps,
        "published": plain.published + disk.published,
        "reads": {name: plain.reads[name] + disk.reads[name] for name in ("reads", "unreadable", "mixed")},
        "broken_promises": plain.broken + disk.broken,
        "minutes": round((time.monotonic() - begun) / 60, 1),
    }
    show(found)
    print(json.dumps(found))
    is_bad = found["broken_promises"] or found["reads"]["unreadable"] or found["reads"]["mixed"]
    return 1 if is_bad else 0


def show(found: dict) -> None:
    table = Table("tried", "times", "of these")
    table.add_row("killed (SIGKILL) in", str(sum(found["kills"].values())), spelled(found["kills"]))
    disks = found["full_disks"]
    if disks is None:
        table.add_row("full disk", "not tried", "this system lets us mount nothing")
    else:
        table.add_row("full disk", str(sum(disks.values())), spelled(disks))
    table.add_row("two runs at once", str(found["overlaps"]), "one published, the other exit code 75")
    table.add_row("published", str(found["published"]), "")
    reads = dict(found["reads"])
    table.add_row(f"reads by {found['readers']} readers", f"{reads.pop('reads'):,}", spelled(reads))
    table.add_row("broken promises", str(len(found["broken_promises"])), "")
    Console(width=110).print(table)


def spelled(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


if __name__ == "__main__":
    sys.exit(main())
