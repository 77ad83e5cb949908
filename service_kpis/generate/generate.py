"""Puts the generated world together, part by part, so that memory stays bounded."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np

from service_kpis.generate import world
from service_kpis.generate.dirt import KEYS
from service_kpis.generate.landing import Landing
from service_kpis.generate.part import Total, part
from service_kpis.generate.truth import Notes

PART = 500_000
Report = Callable[[str, int, int], None]


def generate(conversations: int, seed: int, out: Path, report: Report | None = None) -> None:
    """Write landing data of about `conversations` conversations to `out`, the planted truth to `out/_truth`.

    The same seed and size give the same files. `report(step, done, total)` hears of each part.
    An existing `out` folder is replaced if it is one of ours (or empty), else FileExistsError is raised;
    ValueError for fewer than 1,000 conversations.
    """
    if conversations < 1000:
        raise ValueError(f"at least 1000 conversations are needed for a world, not {conversations}")
    out = Path(out)
    _clear(out)
    (out / "_truth").mkdir(parents=True)
    parts = -(-conversations // PART)
    seeds = np.random.SeedSequence(seed).spawn(parts)
    total = Total()
    with Landing(out) as landing, Notes(out / "_truth") as notes:
        for number, its_seed in enumerate(seeds):
            size = conversations * (number + 1) // parts - conversations * number // parts
            if report:
                report("generate", number, parts)
            part(np.random.default_rng(its_seed), number, size, conversations, landing, notes, total)
            landing.settle()
    _write_json(out / "_truth" / "landed.json", landing.rows)
    _write_json(out / "_truth" / "facts.json", _facts(seed, conversations, total))
    if report:
        report("generate", parts, parts)


def _clear(out: Path) -> None:
    """Make room; only an empty folder or an earlier result of the generator is removed."""
    entries = [entry.name for entry in out.iterdir()] if out.exists() else []
    if entries:
        strange = [name for name in entries if not name.startswith(("_truth", *KEYS))]
        if strange or "_truth" not in entries:
            raise FileExistsError(f"{out} holds something else: choose an empty folder")
        shutil.rmtree(out)


def _write_json(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _facts(seed: int, conversations: int, total: Total) -> dict:
    return {
        "seed": seed,
        "conversations_asked": conversations,
        "conversations_planted": total.conversations,
        "people": total.people,
        "agents": total.agents,
        "defects": total.defects,
        "contacts_at_window_edges": total.edges,
        "as_of": _iso(world.PERIOD_END),
        "period": {"first": _iso(world.PERIOD_START), "last": _iso(world.PERIOD_END)},
        "fcr_drop": dict(zip(("topic", "first", "before"), _spelt(world.FCR_DROP), strict=True)),
        "promotion": dict(zip(("name", "first", "before"), _spelt(world.PROMOTION), strict=True)),
        "promotion_topics": [world.TOPIC_NAMES[code] for code in world.PROMOTION_TOPICS],
    }


def _spelt(span: tuple[str, int, int]) -> tuple[str, str, str]:
    name, first, before = span
    return name, _iso(first), _iso(before)


def _iso(at: int) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
