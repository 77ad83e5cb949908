"""Dirt: about one row in two hundred gets exactly one defect, and each defect is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from service_kpis.generate import world
from service_kpis.generate.frame import Table, instants
from service_kpis.generate.landing import SMALL_TABLES, as_lines, as_text, contract

KEYS = {
    "tickets": ("ticket_id",),
    "ticket_messages": ("message_id",),
    "ticket_events": ("event_id",),
    "chats": ("chat_id",),
    "chat_messages": ("message_id",),
    "calls": ("call_id",),
    "surveys": ("survey_id",),
    "agents": ("agent_id",),
    "agent_shifts": ("shift_id",),
    "agent_training": ("agent_id", "course_id"),
    "self_service_sessions": ("session_id",),
    "costs": ("cost_month", "pool"),
}
ROW, VALUE, MAPPING = "row", "value", "mapping"
UNPARSEABLE = {
    "timestamp": ("31/12/2025 10:00", "yesterday", "2025-13-45T10:00:00Z"),
    "double": ("n/a", "12,5", "many"),
    "bigint": ("n/a", "7.6", "many"),
}
OFF_SCALE = (11.0, -1.0, 7.6)
LATE_SHARE = 0.02
"""Defects that only text can have, as a share of the CSV rows."""


@dataclass(frozen=True)
class Recipe:
    """One kind of defect of one table; `column` is the one at fault, None for the whole row."""

    severity: str
    rule: str
    column: str | None = None
    empty: str | None = None
    """A column that must be NULL, so that the defect stays the row's only one."""


def _recipes(severity: str, rule: str, *columns: str, empty: str | None = None) -> list[Recipe]:
    return [Recipe(severity, rule, column, empty) for column in columns]


SUPERSEDED = Recipe(ROW, "superseded")
RECIPES: dict[str, list[Recipe]] = {
    "tickets": [
        *_recipes(ROW, "missing", "ticket_id", "created_at"),
        *_recipes(ROW, "before_1990", "created_at"),
        *_recipes(ROW, "after_cutoff", "created_at", empty="solved_at"),
        SUPERSEDED,
        *_recipes(VALUE, "before_1990", "solved_at", "updated_at"),
        *_recipes(VALUE, "after_cutoff", "closed_at", "updated_at"),
        *_recipes(VALUE, "before_start", "solved_at", "closed_at"),
        *_recipes(MAPPING, "unknown_word", "channel", "status"),
    ],
    "ticket_messages": [
        *_recipes(ROW, "missing", "message_id", "ticket_id", "sent_at", "sender_type"),
        *_recipes(ROW, "after_cutoff", "sent_at"),
        *_recipes(ROW, "orphan", "ticket_id"),
        *_recipes(ROW, "before_parent", "sent_at"),
        SUPERSEDED,
        *_recipes(MAPPING, "unknown_word", "sender_type"),
    ],
    "ticket_events": [
        *_recipes(ROW, "missing", "event_id", "ticket_id", "occurred_at", "event_type"),
        *_recipes(ROW, "after_cutoff", "occurred_at"),
        *_recipes(ROW, "orphan", "ticket_id"),
        *_recipes(ROW, "before_parent", "occurred_at"),
        SUPERSEDED,
        *_recipes(VALUE, "out_of_range", "work_seconds"),
    ],
    "chats": [
        *_recipes(ROW, "missing", "chat_id", "started_at"),
        *_recipes(ROW, "before_1990", "started_at"),
        *_recipes(ROW, "end_before_start", "ended_at"),
        SUPERSEDED,
        *_recipes(VALUE, "before_1990", "handover_requested_at", "agent_joined_at"),
        *_recipes(VALUE, "after_cutoff", "ended_at"),
        *_recipes(VALUE, "before_start", "queued_at", "agent_joined_at", "handover_accepted_at"),
        *_recipes(MAPPING, "unknown_word", "channel", "end_reason", "handover_reason"),
    ],
    "chat_messages": [
        *_recipes(ROW, "missing", "message_id", "chat_id", "sent_at", "sender_type"),
        *_recipes(ROW, "after_cutoff", "sent_at"),
        *_recipes(ROW, "orphan", "chat_id"),
        *_recipes(ROW, "before_parent", "sent_at"),
        SUPERSEDED,
        *_recipes(VALUE, "out_of_range", "intent_confidence", "sentiment"),
        *_recipes(MAPPING, "unknown_word", "sender_type"),
    ],
    "calls": [
        *_recipes(ROW, "missing", "call_id", "started_at"),
        *_recipes(ROW, "before_1990", "started_at"),
        *_recipes(ROW, "end_before_start", "ended_at"),
        SUPERSEDED,
        *_recipes(VALUE, "before_1990", "queued_at", "answered_at"),
        *_recipes(VALUE, "after_cutoff", "ended_at"),
        *_recipes(VALUE, "before_start", "ivr_ended_at", "queued_at", "answered_at"),
        *_recipes(VALUE, "out_of_range", "hold_seconds", "wrap_seconds", "ivr_inputs"),
        *_recipes(MAPPING, "unknown_word", "outcome"),
    ],
    "surveys": [
        *_recipes(ROW, "missing", "survey_id", "question", "sent_at"),
        *_recipes(ROW, "before_1990", "sent_at"),
        *_recipes(ROW, "after_cutoff", "sent_at", empty="responded_at"),
        *_recipes(ROW, "unknown_question", "question"),
        *_recipes(ROW, "score_off_scale", "score"),
        SUPERSEDED,
        *_recipes(VALUE, "after_cutoff", "responded_at"),
        *_recipes(VALUE, "before_start", "responded_at"),
    ],
    "agents": [*_recipes(VALUE, "out_of_range", "hourly_cost"), *_recipes(VALUE, "before_1990", "hired_at")],
    "agent_shifts": [
        *_recipes(ROW, "missing", "shift_id", "agent_id", "started_at", "ended_at"),
        *_recipes(ROW, "before_1990", "started_at"),
        *_recipes(ROW, "end_before_start", "ended_at"),
        SUPERSEDED,
        *_recipes(VALUE, "out_of_range", "break_seconds"),
    ],
    "agent_training": [
        *_recipes(VALUE, "after_cutoff", "assessed_at"),
        *_recipes(ROW, "missing", "course_id"),
        SUPERSEDED,
        *_recipes(VALUE, "before_1990", "completed_at"),
        *_recipes(ROW, "missing", "assigned_at"),
    ],
    "self_service_sessions": [
        *_recipes(ROW, "missing", "session_id", "started_at"),
        *_recipes(ROW, "before_1990", "started_at"),
        *_recipes(ROW, "end_before_start", "ended_at"),
        SUPERSEDED,
        *_recipes(VALUE, "after_cutoff", "ended_at"),
        *_recipes(VALUE, "out_of_range", "pages_viewed"),
    ],
    "costs": [
        *_recipes(MAPPING, "unknown_word", "pool"),
        SUPERSEDED,
        *_recipes(ROW, "missing", "amount"),
        *_recipes(ROW, "missing", "pool"),
    ],
}
RAGGED = Recipe(ROW, "ragged_line")
TEXT_RECIPES: dict[str, list[Recipe]] = {
    "tickets": [
        *_recipes(ROW, "unparseable", "created_at"),
        *_recipes(VALUE, "unparseable", "solved_at", "updated_at"),
        RAGGED,
    ],
    "ticket_messages": [*_recipes(ROW, "unparseable", "sent_at"), RAGGED],
    "ticket_events": [
        *_recipes(ROW, "unparseable", "occurred_at"),
        *_recipes(VALUE, "unparseable", "work_seconds"),
        RAGGED,
    ],
    "chats": [
        *_recipes(ROW, "unparseable", "started_at"),
        *_recipes(VALUE, "unparseable", "ended_at", "agent_joined_at"),
        RAGGED,
    ],
    "chat_messages": [
        *_recipes(ROW, "unparseable", "sent_at"),
        *_recipes(VALUE, "unparseable", "sentiment", "intent_confidence"),
        RAGGED,
    ],
    "calls": [
        *_recipes(ROW, "unparseable", "started_at"),
        *_recipes(VALUE, "unparseable", "answered_at", "hold_seconds", "ivr_inputs"),
        RAGGED,
    ],
    "surveys": [
        *_recipes(ROW, "unparseable", "sent_at"),
        *_recipes(VALUE, "unparseable", "responded_at", "comment_length"),
        RAGGED,
    ],
    "agents": [*_recipes(VALUE, "unparseable", "hourly_cost")],
    "agent_shifts": [
        *_recipes(ROW, "unparseable", "started_at"),
        *_recipes(VALUE, "unparseable", "break_seconds"),
        RAGGED,
    ],
    "agent_training": [*_recipes(VALUE, "unparseable", "completed_at"), RAGGED],
    "self_service_sessions": [
        *_recipes(ROW, "unparseable", "started_at"),
        *_recipes(VALUE, "unparseable", "pages_viewed"),
        RAGGED,
    ],
    "costs": [*_recipes(ROW, "unparseable", "amount"), RAGGED],
}
STARTS = {
    "tickets": "created_at",
    "chats": "started_at",
    "calls": "started_at",
    "surveys": "sent_at",
    "agent_shifts": "started_at",
    "self_service_sessions": "started_at",
}


@dataclass
class Soiled:
    """A table as it lands: typed rows for Parquet, lines for the CSV file, and what is wrong with it."""

    table: pa.Table
    lines: pa.Array
    defects: pa.Table
    dirty: np.ndarray
    """Contacts that a defect touches."""
    refused: np.ndarray
    """Contacts with a row that will be rejected (of tickets and chats: with all that hangs on it)."""


@dataclass
class _Soiling:
    """One table while it gets dirty."""

    rng: np.random.Generator
    name: str
    columns: Table
    contact: np.ndarray
    parent_start: np.ndarray
    free: np.ndarray
    defects: list[tuple[Recipe, np.ndarray]] = field(default_factory=list)

    def choose(self, recipe: Recipe, among: np.ndarray, count: int) -> np.ndarray:
        """Up to `count` rows without a defect to which the recipe can be applied."""
        if count < 1 or not len(among):
            return np.empty(0, dtype=np.int64)
        drawn = np.unique(among[self.rng.integers(0, len(among), count * 40 + 200)])
        rows = self.rng.permutation(drawn[self.free[drawn]])
        rows = rows[self._applies(recipe, rows)][:count]
        rows.sort()
        self.free[rows] = False
        if len(rows):
            self.defects.append((recipe, rows))
        return rows

    def _applies(self, recipe: Recipe, rows: np.ndarray) -> np.ndarray:
        fits = np.ones(len(rows), dtype=bool)
        if recipe.column and recipe.rule != "missing":
            fits &= self.at(recipe.column, rows).is_valid().to_numpy(False)
        if recipe.empty:
            fits &= self.at(recipe.empty, rows).is_null().to_numpy(False)
        if recipe.rule == "score_off_scale":
            fits &= pc.equal(self.at("question", rows), "nps").to_numpy(False)
        if recipe.column == "ivr_ended_at":
            fits &= self.at("ivr_started_at", rows).is_valid().to_numpy(False)
        return fits

    def at(self, column: str, rows: np.ndarray) -> pa.Array:
        return self.columns[column].take(pa.array(rows))

    def seconds(self, column: str, rows: np.ndarray) -> np.ndarray:
        return self.at(column, rows).cast(pa.int64()).to_numpy(False) // 1_000_000

    def spoilt(self, recipe: Recipe, rows: np.ndarray) -> pa.Array:
        """The values that the rows get in the recipe's column."""
        make: dict[str, Callable[[], pa.Array]] = {
            "missing": lambda: pa.nulls(len(rows), self.columns[recipe.column].type),
            "before_1990": lambda: instants(self.rng.integers(0, 19 * 365 * world.DAY, len(rows))),
            "after_cutoff": lambda: instants(world.PERIOD_END + 73 * 365 * world.DAY + rows % world.DAY),
            "end_before_start": lambda: instants(self.seconds(STARTS[self.name], rows) - 600),
            "before_parent": lambda: instants(self.parent_start[rows] - world.DAY),
            "before_start": lambda: instants(self.seconds(self._start_of(recipe.column), rows) - 300),
            "unknown_word": lambda: pa.array(["carrier_pigeon"] * len(rows)),
            "unknown_question": lambda: pa.array(["shoe_size"] * len(rows)),
            "orphan": lambda: pa.array([f"no-such-{row}" for row in rows.tolist()]),
            "score_off_scale": lambda: pa.array(np.resize(OFF_SCALE, len(rows))),
            "out_of_range": lambda: self._out_of_range(recipe.column, len(rows)),
        }
        return make[recipe.rule]()

    def _start_of(self, column: str) -> str:
        return "ivr_started_at" if column == "ivr_ended_at" else STARTS[self.name]

    def _out_of_range(self, column: str, size: int) -> pa.Array:
        value = {"intent_confidence": 1.7, "sentiment": -3.0}.get(column, -30.0)
        return pa.array(np.full(size, value)).cast(self.columns[column].type)


def soil(
    rng: np.random.Generator, name: str, table: Table, contact_start: np.ndarray, protected: np.ndarray
) -> Soiled:
    """Plant defects in a table; its hidden column `_contact` is the row's contact (-1 none, -2 keep clean).

    `contact_start` and `protected` are by contact; rows of protected contacts stay clean.
    """
    table = dict(table)
    contact = table.pop("_contact", None)
    size = len(next(iter(table.values())))
    contact = np.full(size, -1) if contact is None else contact
    safe = (contact == -2) | ((contact >= 0) & protected[contact])
    start = contact_start[contact] if len(contact_start) else contact
    soiling = _Soiling(rng, name, table, contact, start, ~safe)
    _soil_values(soiling)
    copies = [rows for recipe, rows in soiling.defects if recipe == SUPERSEDED]
    late = _late(name, table)
    text_edits = _choose_text_defects(soiling, np.flatnonzero(late))
    defects = _defect_log(soiling)
    typed, lines = _split(
        soiling, late, text_edits, np.concatenate(copies) if copies else np.empty(0, np.int64)
    )
    dirty = [rows for _, rows in soiling.defects]
    refused = [rows for recipe, rows in soiling.defects if recipe.severity == ROW and recipe != SUPERSEDED]
    return Soiled(typed, lines, defects, _contacts(contact, dirty), _contacts(contact, refused))


def _contacts(contact: np.ndarray, chosen: list[np.ndarray]) -> np.ndarray:
    touched = contact[_joined(chosen)]
    return np.unique(touched[touched >= 0])


def _joined(rows: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.empty(0, dtype=np.int64), *rows])


def _soil_values(soiling: _Soiling) -> None:
    size = len(soiling.free)
    recipes = RECIPES[soiling.name]
    everywhere = np.arange(size)
    edits: dict[str, list[tuple[np.ndarray, pa.Array]]] = {}
    for recipe, count in zip(recipes, _counts(size, len(recipes), world.DIRT_SHARE), strict=True):
        rows = soiling.choose(recipe, everywhere, count)
        if len(rows) and recipe.column:
            edits.setdefault(recipe.column, []).append((rows, soiling.spoilt(recipe, rows)))
    for column, changes in edits.items():
        soiling.columns[column] = _replace(soiling.columns[column], changes)


def _counts(size: int, recipes: int, share: float) -> list[int]:
    """How many rows each recipe gets: all the same, in small tables the first recipes one each."""
    each = round(size * share / recipes)
    if each:
        return [each] * recipes
    some = min(recipes, size // 60)
    return [1] * some + [0] * (recipes - some)


def _replace(column: pa.Array, changes: list[tuple[np.ndarray, pa.Array]]) -> pa.Array:
    rows = np.concatenate([rows for rows, _ in changes])
    values = pa.concat_arrays([values.cast(column.type) for _, values in changes])
    mask = np.zeros(len(column), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(column, pa.array(mask), values.take(pa.array(np.argsort(rows))))


def _late(name: str, table: Table) -> np.ndarray:
    if name in SMALL_TABLES:
        return np.ones(len(next(iter(table.values()))), dtype=bool)
    return pc.greater_equal(table["loaded_at"].cast(pa.int64()), world.LATE_FROM * 1_000_000).to_numpy(False)


def _choose_text_defects(soiling: _Soiling, late: np.ndarray) -> list[tuple[Recipe, np.ndarray]]:
    recipes = TEXT_RECIPES[soiling.name]
    share = world.DIRT_SHARE / 4 if soiling.name in SMALL_TABLES else LATE_SHARE
    counts = _counts(len(late), len(recipes), share)
    if soiling.name not in SMALL_TABLES and not any(counts):
        counts = [int(len(late) > 4)] * len(recipes)
    return [(r, soiling.choose(r, late, count)) for r, count in zip(recipes, counts, strict=True)]


def _defect_log(soiling: _Soiling) -> pa.Table:
    """What was planted; keys as they land."""
    logs = []
    for recipe, rows in soiling.defects:
        size = len(rows)
        parts = [soiling.at(column, rows) for column in KEYS[soiling.name]]
        key = pc.binary_join_element_wise(*parts, "|")
        if recipe == RAGGED:
            key = pa.nulls(size, pa.string())
        system = (
            soiling.at("source_system", rows)
            if "source_system" in soiling.columns
            else pa.nulls(size, pa.string())
        )
        logs.append(
            pa.table(
                {
                    "table_name": pa.array([soiling.name] * size, pa.string()),
                    "severity": pa.array([recipe.severity] * size, pa.string()),
                    "rule": pa.array([recipe.rule] * size, pa.string()),
                    "column_name": pa.array([recipe.column] * size, pa.string()),
                    "source_system": system,
                    "row_key": key,
                }
            )
        )
    return pa.concat_tables(logs) if logs else DEFECTS.empty_table()


DEFECTS = pa.schema(
    [
        (name, pa.string())
        for name in ("table_name", "severity", "rule", "column_name", "source_system", "row_key")
    ]
)


def _split(
    soiling: _Soiling, late: np.ndarray, text_edits: list[tuple[Recipe, np.ndarray]], copied: np.ndarray
) -> tuple[pa.Table, pa.Array]:
    """The Parquet rows and the CSV lines; older copies of superseded rows come first."""
    order = [column["name"] for column in contract(soiling.name)]
    table = pa.table({name: soiling.columns[name] for name in order})
    copies = table.take(pa.array(copied))
    if "loaded_at" in order:
        older = pc.subtract(copies["loaded_at"], pa.scalar(world.DAY * 1_000_000, pa.duration("us")))
        copies = copies.set_column(
            order.index("loaded_at"), "loaded_at", older.cast(pa.timestamp("us", "UTC"))
        )
    text = as_text(table.filter(pa.array(late)))
    place = np.cumsum(late) - 1
    ragged = np.empty(0, np.int64)
    for recipe, rows in text_edits:
        if recipe == RAGGED:
            ragged = place[rows]
        elif len(rows):
            kind = next(c["data_type"] for c in contract(soiling.name) if c["name"] == recipe.column)
            words = np.resize(np.array(UNPARSEABLE[kind], dtype=object), len(rows))
            text[recipe.column] = _replace(text[recipe.column], [(place[rows], pa.array(_quoted(words)))])
    lines = as_lines(text)
    if len(ragged):
        lines = _replace(lines, [(ragged, pa.array(_ragged(lines.take(pa.array(ragged)).to_pylist())))])
    if soiling.name in SMALL_TABLES:
        return table.slice(0, 0), pa.concat_arrays([as_lines(as_text(copies)), lines])
    return pa.concat_tables([copies, table.filter(pa.array(~late))]), lines


def _quoted(words: np.ndarray) -> list[str]:
    return [f'"{word}"' if "," in word else word for word in words]


def _ragged(lines: list[str]) -> list[str]:
    """Lines with one field too many, or cut off after their first fields."""
    return [f"{line},surplus" if n % 2 else ",".join(line.split(",")[:2]) for n, line in enumerate(lines)]
