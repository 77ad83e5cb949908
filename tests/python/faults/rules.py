"""Rules that can be taken out of a copy of the project, to see which faults then go unnoticed."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from faults.bench import CHECKOUT, VARIABLES, Model, compiled
from service_kpis import dbt

# The models that rejects are made of.
READ = ("staging", "contract", "rejects")
FOLDERS = ("macros", "models", "profiles", "seeds", "tests/sql")


@dataclass(frozen=True)
class Place:
    """Where a rule stands: a file, the condition there, and what turns it off."""

    file: str
    text: str
    off: str = "when false"


DEFECTS = "macros/staging/defects.sql"
REFUSED = "macros/staging/refused_rows.sql"
STAGING = "models/staging/landing/stg_landing__"

RULES = {
    "superseded": (Place(REFUSED, "where recency_rank > 1", "where false"),),
    "orphan": (Place(REFUSED, "parent.{{ parent_key }} is null\n                and", "false and"),),
    "after_cutoff": (
        Place(DEFECTS, "when {{ column }} > as_of"),
        Place(f"{STAGING}costs.sql", "when cost_month > as_of"),
    ),
    "before_start": (Place(DEFECTS, "when {{ column }} < {{ not_before }}"),),
    "score_off_scale": (
        Place(
            f"{STAGING}surveys.sql", "when score < scale_min or score > scale_max or score <> floor(score)"
        ),
    ),
}
"""Five rules by the name that quality.rejects gives them."""


def models_without_a_rule(folder: Path, build: Path) -> dict[str, list[Model]]:
    """By rule, the models that rejects are made of, compiled in a copy of the project without that rule.

    `folder` is for the copy; `build` is a file that holds the seeds.
    """
    project, work = folder / "project", folder / "work"
    for name in FOLDERS:
        shutil.copytree(CHECKOUT / name, project / name)
    shutil.copy(CHECKOUT / "dbt_project.yml", project)
    work.mkdir()
    shutil.copy(build, dbt.build_file(work))
    return {rule: _models_without(places, project, work) for rule, places in RULES.items()}


def _models_without(places: tuple[Place, ...], folder: Path, work: Path) -> list[Model]:
    for place in places:
        text = (folder / place.file).read_text()
        assert place.text in text, f"{place.file} does not hold {place.text!r}"
        (folder / place.file).write_text(text.replace(place.text, place.off))
    project = dbt.Project(folder, work, VARIABLES, lambda *_: None)
    try:
        project._invoke(["compile", "--select", *READ], lambda *_: None)
    finally:
        project.close()
    for place in places:
        shutil.copy(CHECKOUT / place.file, folder / place.file)
    models, _ = compiled(work / "target" / "manifest.json")
    return models
