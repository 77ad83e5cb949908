"""A board and its answers as one HTML page."""

import json
from dataclasses import dataclass, field, replace

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from service_kpis.boards.answers import NO_SOURCE, Row, Warehouse, text_of
from service_kpis.boards.board import Board, Tile
from service_kpis.boards.numbers import Scale, changed, shown
from service_kpis.boards.parts import palette, series_of
from service_kpis.boards.vega import spec

TEMPLATES = Environment(
    loader=PackageLoader("service_kpis.boards", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

STATUS = {
    "good": "on target",
    "warn": "near target",
    "bad": "off target",
    "no_target": "no target",
    "no_value": "no value",
}
CHANGES = {
    "share_change": "ratio",
    "money_change": "currency",
    "seconds_change": "seconds",
    "score_change": "score",
}
NUMERIC = (
    "ratio",
    "seconds",
    "currency",
    "score",
    "points",
    "count",
    "number",
    "points_of_percent",
    "row",
    "change",
    *CHANGES,
)


@dataclass
class View:
    """A tile as the page shows it: either `reason`, or what its drawing needs."""

    tile: Tile
    reason: str = ""
    chart: Markup | None = None
    cards: list[Row] = field(default_factory=list)
    columns: list[Row] = field(default_factory=list)
    rows: list[list[Row]] = field(default_factory=list)
    counted: str = ""
    keys: list[str] = field(default_factory=list)
    left_out: str = ""
    scale_title: str = ""
    legend: dict[str, str] = field(default_factory=dict)


def page(board: Board, boards: list[Board], warehouse: Warehouse, script: str) -> str:
    """The page of a board; `script` is the drawing library."""
    sections = [
        (section.title, *folded([view(tile, warehouse) for tile in section.tiles]))
        for section in board.sections
    ]
    kpis = list(dict.fromkeys(kpi for tile in board.tiles for kpi in tile.kpis))
    return TEMPLATES.get_template("board.html.j2").render(
        board=board,
        boards=boards,
        facts=warehouse.facts,
        text_of=text_of,
        sections=sections,
        definitions=[warehouse.definitions[kpi] for kpi in kpis if kpi in warehouse.definitions],
        own_definitions=[tile for tile in board.tiles if tile.says],
        names=warehouse.definitions,
        charts="charts",
        script=Markup(script),
        style=_style(),
    )


def index(boards: list[Board], warehouse: Warehouse) -> str:
    """The page that leads to the boards."""
    return TEMPLATES.get_template("index.html.j2").render(
        boards=boards, facts=warehouse.facts, text_of=text_of, style=_style()
    )


def folded(views: list[View]) -> tuple[list[View], dict[str, list[str]]]:
    """The tiles and cards of a section that have a source, and by reason the names of those that have none.

    Whoever has only tickets need not look past what telephones would show.
    """
    kept: list[View] = []
    silent: dict[str, list[str]] = {}
    for each in views:
        if each.reason.startswith(NO_SOURCE):
            silent.setdefault(each.reason, []).append(each.tile.title)
            continue
        cards = [card for card in each.cards if not card["reason"].startswith(NO_SOURCE)]
        for card in each.cards:
            if card not in cards:
                silent.setdefault(card["reason"], []).append(card["name"])
        if cards or not each.cards:
            kept.append(replace(each, cards=cards))
    return kept, silent


def view(tile: Tile, warehouse: Warehouse) -> View:
    rows, missing = warehouse.answer(tile)
    if missing:
        return View(tile, reason=missing)
    if tile.draw == "cards":
        return View(tile, cards=[_card(kpi, rows, warehouse) for kpi in tile.kpis])
    if reason := warehouse.why_empty(tile, rows):
        return View(tile, reason=reason)
    if tile.draw == "table":
        return _table(tile, rows, warehouse)
    return _drawing(tile, rows, warehouse)


def _drawing(tile: Tile, rows: list[Row], warehouse: Warehouse) -> View:
    unit = tile.unit or warehouse.definitions[tile.kpis[0]]["unit"]
    currency = warehouse.facts["currency"]
    hidden = [row for row in rows if row["value"] is None and "label" in row]
    # A line breaks and a cell is blank where there is no value; a bar without one is told of in words.
    keeps_gaps = tile.draw in ("lines", "heatmap")
    drawn = [_named(row, tile.options, warehouse) for row in rows if keeps_gaps or row["value"] is not None]
    drawing = json.dumps(spec(tile.draw, drawn, unit, currency, tile.options), default=str)
    series = series_of(drawn, tile.options)
    values = [row.get(key) for row in drawn for key in ("value", "low", "high", "target")]
    return View(
        tile,
        chart=Markup(drawing.replace("<", "\\u003c")),
        counted=_counted(tile, drawn, tile.counts),
        keys=_keys(tile, drawn),
        left_out=_left_out(hidden, warehouse),
        scale_title=Scale.of(unit, values, currency).title,
        legend=palette(series, tile.options) if len(series) > 1 else {},
    )


def _named(row: Row, options: Row, warehouse: Warehouse) -> Row:
    keys = ("label", "series", "y", "x") if options.get("named_columns") else ("label", "series", "y")
    return {**row, **{key: warehouse.named(row[key], options.get("names")) for key in keys if key in row}}


def _counted(tile: Tile, rows: list[Row], noun: str) -> str:
    """What n is: of the newest final period of lines, else of all that is drawn."""
    what = f" {noun}" if noun else ""
    of = [row for row in rows if row.get("n") is not None and row["value"] is not None]
    if not of:
        return ""
    when = ""
    if tile.draw == "lines":
        final = [row for row in of if row.get("is_final", True)] or of
        newest = max(row["x"] for row in final)
        of = [row for row in final if row["x"] == newest]
        when = f" ({text_of(newest, tile.options.get('grain', 'month'))})"
    elif "period" in of[0]:
        when = f" ({text_of(of[0]['period'])})"
    counts = sorted(row["n"] for row in of)
    if counts[0] < counts[-1] and (tile.draw == "lines" or tile.options.get("overlapping")):
        text = f"n = {counts[0]:,.0f} to {counts[-1]:,.0f}{what}{when}"
    else:
        n = counts[0] if tile.draw == "lines" else sum(counts)
        text = f"n = {n:,.0f}{what}{when}"
    if "n_pending" in of[0]:
        text += f", {sum(row['n_pending'] or 0 for row in of):,.0f} pending"
    return text


def _keys(tile: Tile, rows: list[Row]) -> list[str]:
    """What the signs in a drawing mean."""
    keys = []
    if any(row.get("low") is not None for row in rows):
        sign = "band" if tile.draw == "lines" else "whisker"
        keys.append(f"{sign}: {tile.options.get('interval', '95 % interval')}")
    if any(row.get("target") is not None for row in rows):
        sign = "dashed" if tile.draw == "lines" else "tick"
        keys.append(f"{sign}: {tile.options.get('target', 'target')}")
    if (
        tile.draw == "lines"
        and tile.options.get("points", True)
        and not all(row.get("is_final", True) for row in rows)
    ):
        keys.append("hollow: not complete or not mature yet")
    return keys


def _left_out(hidden: list[Row], warehouse: Warehouse) -> str:
    if not hidden:
        return ""
    names = ", ".join(str(warehouse.named(row["label"])) for row in hidden[:6])
    more = f" and {len(hidden) - 6} more" if len(hidden) > 6 else ""
    return f"Too few to show, or not measured: {names}{more}."


def _card(kpi: str, rows: list[Row], warehouse: Warehouse) -> Row:
    definition = warehouse.definitions.get(kpi)
    row = next((row for row in rows if row["kpi_id"] == kpi), None)
    if definition is None or row is None:
        return {
            "kpi_id": kpi,
            "name": definition["name_en"] if definition else kpi,
            "period": "",
            "counted": "",
            "reason": "Not in this warehouse.",
        }
    unit, currency = definition["unit"], warehouse.facts["currency"]
    card = {
        "kpi_id": kpi,
        "name": definition["name_en"],
        "period": text_of(row["period_start"]) + ("" if row["is_final"] else ", not complete"),
        "counted": _card_count(row),
        "reason": "",
    }
    if row["value"] is None:
        return {**card, "reason": warehouse.why_silent(kpi, row["no_value_reason"])}
    interval = row["ci_low"] is not None
    return {
        **card,
        "value": shown(row["value"], unit, currency),
        "interval": f"{shown(row['ci_low'], unit, currency)} to {shown(row['ci_high'], unit, currency)}"
        if interval
        else "",
        "target": shown(row["target"], unit, currency),
        "status": row["status"],
        "status_text": STATUS[row["status"]],
        "change": changed(row["change"], unit, currency) if row["change"] is not None else "",
        "is_better": row["is_better"],
        "is_beyond_chance": row["is_change_beyond_chance"],
        "spark": _spark(row["history"]),
    }


def _card_count(row: Row) -> str:
    return "" if row["n"] is None else f"n = {row['n']:,}, {row['n_pending'] or 0:,} pending"


def _spark(history: list[float | None]) -> str:
    """The months of a card as the points of a line, 100 wide and 24 high."""
    values = [(place, value) for place, value in enumerate(history) if value is not None]
    if len(values) < 2:
        return ""
    low, high = min(value for _, value in values), max(value for _, value in values)
    span = (high - low) or 1
    last = len(history) - 1
    return " ".join(
        f"{100 * place / last:.1f},{22 - 20 * (value - low) / span:.1f}" for place, value in values
    )


def _table(tile: Tile, rows: list[Row], warehouse: Warehouse) -> View:
    columns = []
    for name, heading in tile.options["columns"].items():
        title, _, unit = (part.strip() for part in heading.partition("|"))
        columns.append({"name": name, "title": title, "unit": unit or "text", "is_number": unit in NUMERIC})
    cells = [[_cell(row, column, warehouse) for column in columns] for row in rows]
    return View(tile, columns=columns, rows=cells)


def _cell(row: Row, column: Row, warehouse: Warehouse) -> Row:
    value, unit, currency = row[column["name"]], column["unit"], warehouse.facts["currency"]
    of_row = row.get("unit") or "number"
    if value is None:
        text = "\u2013"
    elif unit == "status":
        text = STATUS[value]
    elif unit == "day":
        text = text_of(value, "day")
    elif unit == "month":
        text = text_of(value, "month")
    elif unit == "instant":
        text = text_of(value)
    elif unit == "key":
        text = warehouse.named(value)
    elif unit == "change":
        text = changed(value, of_row, currency)
    elif unit in CHANGES:
        text = changed(value, CHANGES[unit], currency)
    elif unit == "yes":
        text = "yes" if value else "no"
    elif unit == "text":
        text = str(value)
    else:
        text = shown(value, of_row if unit == "row" else unit, currency)
    kind = "number" if column["is_number"] else unit if unit == "day" else ""
    return {"text": text, "kind": kind, "status": value if unit == "status" else ""}


def _style() -> Markup:
    source, _, _ = TEMPLATES.loader.get_source(TEMPLATES, "board.css")
    return Markup(source)
