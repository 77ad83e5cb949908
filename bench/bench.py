"""How fast the project is against the shortest script with the same numbers: `bench.py CONVERSATIONS ROUNDS`.

Full run, daily run, the same again and bare.sql alternate, so that what else the machine does falls on all.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
from compare import differences
from landings import landings
from measure import Taken, measured, medians

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
SLOWEST = 10
KINDS = ("full", "daily", "again", "bare")
ANSI = re.compile(r"\x1b\[\d*m")
MODEL_BUILT = re.compile(r"OK created sql \w+ model (\S+) .*in ([\d.]+)s")

ENVIRONMENT = {
    **os.environ,
    "DO_NOT_TRACK": "1",
    "SERVICE_KPIS_MEMORY": os.environ.get("SERVICE_KPIS_MEMORY", "4GB"),
    "SERVICE_KPIS_HASH_KEY": "the key of the benchmark, which is no secret",
    "SERVICE_KPIS_CONFIG": str(HERE / "work" / "no-config"),
}


class Bench:
    """One benchmark: its landing, its places, and what it measured."""

    def __init__(self, conversations: int):
        self.conversations, self.commit = conversations, _commit()
        self.whole, self.base, self.day = landings(HERE / "landing" / str(conversations), conversations)
        self.place = HERE / "work" / str(conversations)
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir(parents=True)
        self.taken: dict[str, list[Taken]] = {kind: [] for kind in KINDS}
        self.steps: list[dict[str, float]] = []
        self.rows = 0

    def before_the_day(self) -> None:
        """The run over all but the last day, whose work folder and warehouse each daily run begins with."""
        daily = self.place / "daily"
        daily.mkdir()
        _link(self.base, daily / "landing")
        self._product(daily, daily / "landing")
        for name in ("work", "warehouse"):
            (daily / name).rename(self.place / f"{name}_before")

    def full(self) -> None:
        """From an empty work folder over everything that landed."""
        folder = self.place / "full"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        taken = self._product(folder, self.whole)
        self.taken["full"].append(taken)
        ended = _events(folder / "work")
        steps = {event["step"]: event["seconds"] for event in ended}
        self.steps.append({**steps, "rest": taken.wall_seconds - sum(steps.values())})
        self.rows = next(event["rows"] for event in ended if event["step"] == "load")

    def daily(self) -> None:
        """The day is added to what was run before."""
        folder = self.place / "daily"
        for name in ("work", "warehouse"):
            shutil.rmtree(folder / name, ignore_errors=True)
            shutil.copytree(self.place / f"{name}_before", folder / name)
        for path in self.day.iterdir():
            (folder / "landing" / path.name).unlink(missing_ok=True)
        _link(self.day, folder / "landing")
        self.taken["daily"].append(self._product(folder, folder / "landing"))

    def again(self) -> None:
        """After the daily run nothing has landed."""
        folder = self.place / "daily"
        self.taken["again"].append(self._product(folder, folder / "landing"))

    def bare(self) -> None:
        """The hand-written script over everything that landed."""
        command = [
            sys.executable,
            str(HERE / "run_bare.py"),
            str(self.whole),
            str(self.place / "bare.duckdb"),
        ]
        self.taken["bare"].append(measured(command, ENVIRONMENT, self.place / "bare.log"))

    def pandas(self) -> tuple[Taken, str]:
        """First contact resolution alone, as a data frame script has it; what it took and what it says."""
        log = self.place / "pandas.log"
        taken = measured([sys.executable, str(HERE / "fcr_pandas.py"), str(self.whole)], ENVIRONMENT, log)
        return taken, log.read_text().strip()

    def differences(self) -> list[str]:
        """What bare.sql says otherwise than the warehouse of the full run, and of the daily one."""
        return [
            f"{kind} run: {line}"
            for kind in ("full", "daily")
            for line in differences(_warehouse(self.place / kind), self.place / "bare.duckdb")
        ]

    def slowest_models(self) -> list[tuple[str, float]]:
        """The models of the last full run that took longest, by dbt's log; several are built at once."""
        text = ANSI.sub("", (self.place / "full" / "work" / "logs" / "dbt.log").read_text())
        built = [(name, float(seconds)) for name, seconds in MODEL_BUILT.findall(text)]
        return sorted(built, key=lambda model: -model[1])[:SLOWEST]

    def published_fcr(self) -> str:
        """What the project says of first contact resolution, as the data frame script words it."""
        with duckdb.connect(_warehouse(self.place / "full"), read_only=True) as connection:
            resolved, contacts = connection.execute("""
                select sum(contact_resolved_count_48h), sum(contact_count_48h)
                from marts.first_contact_resolution
            """).fetchone()
        return f"{resolved / contacts:.2%} of {contacts:,} contacts"

    def published_bytes(self) -> int:
        """The size of the warehouse."""
        return _warehouse(self.place / "full").stat().st_size

    def _product(self, folder: Path, landing: Path) -> Taken:
        command = [
            *(sys.executable, "-m", "service_kpis", "run", "--landing", str(landing)),
            *("--work", str(folder / "work"), "--warehouse", str(_warehouse(folder))),
        ]
        return measured(command, ENVIRONMENT, folder / "run.log")


def report(bench: Bench, pandas: tuple[Taken, str], load_before: float) -> dict[str, Any]:
    """Everything that was found, for the JSON file."""
    middle = {kind: medians(rounds) for kind, rounds in bench.taken.items()}
    steps = {name: median(step[name] for step in bench.steps) for name in bench.steps[0]}
    wall = {kind: taken.wall_seconds for kind, taken in middle.items()}
    return {
        "conversations": bench.conversations,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": _machine(),
        "load_average": {"before": load_before, "after": os.getloadavg()[1]},
        "memory_limit": ENVIRONMENT["SERVICE_KPIS_MEMORY"],
        "versions": {name: version(name) for name in ("service-kpis", "dbt-core", "dbt-duckdb", "duckdb")}
        | {"python": platform.python_version()},
        "commit": bench.commit,
        "rows_landed": bench.rows,
        "rows_per_second": bench.rows / wall["full"],
        "published_bytes": bench.published_bytes(),
        "ratios": {
            "ratio_full_to_bare": wall["full"] / wall["bare"],
            "ratio_full_to_bare_cpu": middle["full"].cpu_seconds / middle["bare"].cpu_seconds,
            "ratio_daily_to_full": wall["daily"] / wall["full"],
            "ratio_again_to_full": wall["again"] / wall["full"],
            "ratio_audit_to_build": steps["audit"] / steps["build"],
        },
        "medians": {kind: asdict(taken) for kind, taken in middle.items()},
        "rounds": {kind: [asdict(taken) for taken in rounds] for kind, rounds in bench.taken.items()},
        "steps": steps,
        "slowest_models": bench.slowest_models(),
        "pandas": {**asdict(pandas[0]), "says": pandas[1], "project_says": bench.published_fcr()},
    }


def show(found: dict[str, Any], earlier: dict[str, Any] | None) -> None:
    """Print what was found, and how the ratios moved since an earlier result."""
    print(f"\n{found['conversations']:,} conversations, {found['rows_landed']:,} rows landed; medians")
    print(f"{'':<8}{'wall s':>10}{'cpu s':>10}{'peak MB':>10}{'written MB':>12}")
    for kind, taken in [*found["medians"].items(), ("pandas", found["pandas"])]:
        megabytes = taken["peak_bytes"] / 1e6, taken["written_bytes"] / 1e6
        print(
            f"{kind:<8}{taken['wall_seconds']:>10.1f}{taken['cpu_seconds']:>10.1f}"
            f"{megabytes[0]:>10.0f}{megabytes[1]:>12.0f}"
        )
    print(
        f"\nrows a second {found['rows_per_second']:,.0f}, published {found['published_bytes'] / 1e6:.0f} MB"
    )
    print("steps    " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in found["steps"].items()))
    print("slowest  " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in found["slowest_models"]))
    print(f"pandas   {found['pandas']['says']}; the project says {found['pandas']['project_says']}\n")
    for name, ratio in found["ratios"].items():
        change = ""
        if earlier and name in earlier["ratios"]:
            change = f"  was {earlier['ratios'][name]:.2f} on {earlier['measured_at'][:10]}"
        print(f"{name:<24}{ratio:>8.2f}{change}")
    load, cores = max(found["load_average"].values()), found["machine"]["cores"]
    if load > cores + 1:
        print(f"\nThe machine was busy: load {load:.0f} on {cores} cores. Seconds on the clock say little.")


def earlier_result(found: dict[str, Any]) -> dict[str, Any] | None:
    """The newest result of as many conversations on such a machine."""
    results = [json.loads(path.read_text()) for path in RESULTS.glob("*.json")]
    like = [result for result in results if all(result[k] == found[k] for k in ("conversations", "machine"))]
    return max(like, key=lambda result: result["measured_at"], default=None)


def _link(files: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for path in files.iterdir():
        os.link(path, folder / path.name)


def _warehouse(folder: Path) -> Path:
    return folder / "warehouse" / "service_kpis.duckdb"


def _events(work: Path) -> list[dict[str, Any]]:
    """The steps of the only run in a work folder; the published table cannot know its own publish."""
    (log,) = (work / "runs").glob("*.jsonl")
    return [event for line in log.open() if (event := json.loads(line))["event"] == "step_ended"]


def _machine() -> dict[str, Any]:
    cpu = Path("/proc/cpuinfo").read_text()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    model = re.search(r"model name\s*: (.*)", cpu)
    return {
        "cpu": model[1] if model else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory / 2**30),
    }


def _commit() -> str:
    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=HERE, capture_output=True, text=True).stdout.strip()

    return git("rev-parse", "HEAD") + (" with changes" if git("status", "--porcelain", "-uno") else "")


def main(conversations: int, rounds: int) -> int:
    """Measure, compare, print and keep; 1 where the script and the project do not say the same."""
    load_before = os.getloadavg()[1]
    bench = Bench(conversations)
    print(f"run over all but the last day, of {conversations:,} conversations", flush=True)
    bench.before_the_day()
    for number in range(1, rounds + 1):
        for kind in KINDS:
            getattr(bench, kind)()
            taken = bench.taken[kind][-1]
            print(
                f"round {number} {kind:<6}{taken.wall_seconds:8.1f} s, {taken.cpu_seconds:.1f} s of CPU",
                flush=True,
            )
    if different := bench.differences():
        print("bare.sql and the project do not say the same:", *different, sep="\n")
        return 1
    print("bare.sql and both runs say the same")
    found = report(bench, bench.pandas(), load_before)
    show(found, earlier_result(found))
    RESULTS.mkdir(exist_ok=True)
    stamp = found["measured_at"].translate(str.maketrans("", "", "-:"))[:15]
    kept = RESULTS / f"{conversations}-{stamp}Z.json"
    kept.write_text(json.dumps(found, indent=1) + "\n")
    print(f"\n{kept.relative_to(HERE.parent)}")
    shutil.rmtree(bench.place)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
