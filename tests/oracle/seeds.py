"""The seeds as they stand beside the models."""

import csv
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def seed(name: str) -> list[dict[str, str]]:
    (path,) = SEEDS.rglob(f"{name}.csv")
    with path.open(newline="") as file:
        return list(csv.DictReader(file))
