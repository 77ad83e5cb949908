"""Parts of which drawings are made: axes, colours, tooltips and the marks that several drawings share."""

from collections.abc import Iterable
from typing import Any

from service_kpis.boards.answers import Row
from service_kpis.boards.numbers import Scale
from service_kpis.boards.style import INK, MUTED, NAMED, SERIES

Spec = dict[str, Any]

MEASURES = ("value", "low", "high", "target")
BESIDE = {"left": 5, "right": 66, "top": 5, "bottom": 5}
"""Room for words on the right of a drawing."""
ONCE = {"data": {"values": [{}]}}
"""For marks that stand for no row."""


def layered(height: int, layers: Iterable[Spec | None], **more: Any) -> Spec:
    return {"height": height, "layer": [layer for layer in layers if layer], **more}


def has(data: list[Row], key: str) -> bool:
    return any(datum.get(key) is not None for datum in data)


def distinct(data: list[Row], key: str) -> list[Any]:
    """The different values, in the order in which they come."""
    return list(dict.fromkeys(datum[key] for datum in data if datum.get(key) is not None))


def series_of(data: list[Row], options: Row) -> list[str]:
    """The series of a drawing in their order; none or one needs no colours."""
    return options.get("order") or distinct(data, "series")


def palette(series: list[str], options: Row) -> dict[str, str]:
    """The colour of each series: the chosen one, else the next that is free."""
    chosen = options.get("colors", {})
    spare = iter(SERIES)
    return {name: NAMED.get(chosen[name], chosen[name]) if name in chosen else next(spare) for name in series}


def color(series: list[str], options: Row) -> Spec:
    """The colours of the series; their legend stands on the page, where it can wrap."""
    if len(series) < 2:
        return {"value": SERIES[0]}
    colors = palette(series, options)
    scale = {"domain": list(colors), "range": list(colors.values())}
    return {"field": "series", "type": "nominal", "scale": scale, "legend": None}


def tooltip(data: list[Row], *first: tuple[str, str]) -> list[Spec]:
    """What is shown on hovering, as field and title; only what the rows hold."""
    then = [
        ("shown", "Value"),
        ("interval", "Interval"),
        ("shown_target", "Target"),
        ("shown_n", "n"),
        ("shown_pending", "Pending"),
    ]
    return [
        {"field": field, "type": "nominal", "title": title}
        for field, title in (*first, *then)
        if has(data, field)
    ]


def time_axis(options: Row) -> Spec:
    """Periods by their first day. In UTC, so that no reader's zone moves them to the day before."""
    axis = {"format": options.get("dates", "%b %y"), "grid": False, "tickCount": 6, "labelOverlap": True}
    return {"field": "x", "type": "temporal", "scale": {"type": "utc"}, "axis": {**axis, "title": None}}


def label_axis(labels: list[str], options: Row) -> Spec:
    axis = {"title": None, "grid": False, "labelLimit": options.get("label_width", 150), "labelColor": INK}
    return {"field": "label", "type": "nominal", "sort": labels, "axis": axis}


def value_axis(data: list[Row], scale: Scale, options: Row, zero: bool) -> Spec:
    """The axis of values from the first to the last mark, interval, target or named value."""
    ends = [datum[key] for datum in data for key in MEASURES if datum.get(key) is not None]
    ends += [0] if zero else []
    ends += options.get("rules", {})
    low, high = min(ends), max(ends)
    room = 0.04 * ((high - low) or abs(high) or 1)
    domain = [low if zero and low == 0 else low - room, high if zero and high == 0 else high + room]
    scaled = {"domain": domain, "nice": False, "zero": False}
    return {"field": "value", "type": "quantitative", "scale": scaled, "axis": scale.axis()}


def whiskers(data: list[Row], y: Spec, x: Spec, **mark: Any) -> Spec | None:
    if not has(data, "low"):
        return None
    ends = {"x": {**x, "field": "low"}, "x2": {"field": "high"}}
    return {"mark": {"type": "rule", "strokeWidth": 1.5, "color": INK, **mark}, "encoding": {"y": y, **ends}}


def target_ticks(data: list[Row], y: Spec, x: Spec) -> Spec | None:
    if not has(data, "target"):
        return None
    mark = {"type": "tick", "thickness": 2, "color": INK, "height": 18}
    return {"mark": mark, "encoding": {"y": y, "x": {**x, "field": "target"}}}


def target_line(data: list[Row], x: Spec, y: Spec) -> Spec | None:
    if not has(data, "target"):
        return None
    mark = {"type": "line", "strokeDash": [5, 4], "strokeWidth": 1.5, "color": MUTED}
    encoding = {"x": x, "y": {**y, "field": "target"}, "detail": {"field": "series"}}
    return {"mark": mark, "encoding": encoding}


def value_text(data: list[Row], y: Spec, x: Spec) -> Spec:
    """The value in words, right of all that is drawn in its row."""
    for datum in data:
        datum["end"] = max(datum[key] for key in ("value", "high", "target") if datum.get(key) is not None)
    mark = {"type": "text", "align": "left", "dx": 7, "color": INK}
    return {"mark": mark, "encoding": {"y": y, "x": {**x, "field": "end"}, "text": {"field": "shown"}}}


def rules(options: Row, along: str) -> list[Spec]:
    """Lines at values that mean something; with their names, where those have a line to stand on."""
    line = {"type": "rule", "color": MUTED, "strokeDash": [2, 3]}
    name = {"type": "text", "align": "left", "baseline": "bottom", "dx": 4, "dy": -2, "color": MUTED}
    layers = []
    for value, text in options.get("rules", {}).items():
        at = {along: {"datum": value}}
        layers.append({**ONCE, "mark": line, "encoding": at})
        if along == "y":
            layers.append(
                {**ONCE, "mark": name, "encoding": {**at, "x": {"value": 0}, "text": {"value": text}}}
            )
    return layers
