"""Drawings as Vega-Lite. Each reads rows by the names of their columns:

lines    x (date), value; series, low, high, target, n, n_pending, is_final
columns  x (date), value, series; n
bars     label, value; series, low, high, target, n, n_pending
dots     the same, as a point with its interval
heatmap  x (number or word), y (word), value; n
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta

from service_kpis.boards import parts
from service_kpis.boards.answers import Row, text_of
from service_kpis.boards.numbers import Scale, shown
from service_kpis.boards.parts import MEASURES, Spec
from service_kpis.boards.style import CONFIG, HEAT, INK, PAPER

HEIGHT, ROW, TWO_ROWS, CELL = 210, 28, 44, 26


def spec(draw: str, rows: list[Row], unit: str, currency: str, options: Row) -> Spec:
    """The drawing of rows that have something to show, as wide as its place."""
    scale = Scale.of(unit, [row.get(key) for row in rows for key in MEASURES], currency)
    data = [_datum(row, scale, unit, currency, options.get("grain", "month")) for row in rows]
    return {
        "data": {"values": data},
        "width": "container",
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": CONFIG,
        **DRAWINGS[draw](data, scale, options),
    }


def _datum(row: Row, scale: Scale, unit: str, currency: str, grain: str) -> Row:
    """A row with numbers on the scale of the axis, dates as text, and the words of its tooltip."""
    datum = dict(row)
    for key in MEASURES:
        datum[key] = None if row.get(key) is None else scale.down(row[key])
    datum["shown"] = shown(row["value"], unit, currency)
    if isinstance(row.get("x"), date):
        datum["x"], datum["until"] = row["x"].isoformat(), _end(row["x"], grain).isoformat()
        datum["when"] = text_of(row["x"], grain)
    if row.get("low") is not None:
        datum["interval"] = f"{shown(row['low'], unit, currency)} to {shown(row['high'], unit, currency)}"
    if row.get("target") is not None:
        datum["shown_target"] = shown(row["target"], unit, currency)
    for key, words in (("n", "shown_n"), ("n_pending", "shown_pending")):
        if row.get(key) is not None:
            datum[words] = f"{row[key]:,.0f}"
    return datum


def _end(start: date, grain: str) -> date:
    """The first day after a day, week or month."""
    if grain == "month":
        return (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    return start + timedelta(days=7 if grain == "week" else 1)


def _lines(data: list[Row], scale: Scale, options: Row) -> Spec:
    color = parts.color(parts.series_of(data, options), options)
    x = parts.time_axis(options)
    zero = {"zero": options.get("zero", False)}
    y = {"field": "value", "type": "quantitative", "scale": zero, "axis": scale.axis()}
    band = {
        "mark": {"type": "area", "opacity": 0.16},
        "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": color},
    }
    line = {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {"x": x, "y": y, "color": color}}
    # Between gaps a band has no width.
    alone = {
        "transform": [{"filter": "datum.is_alone"}],
        "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.4},
        "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": color},
    }
    encoding = {
        "x": x,
        "y": y,
        "color": color,
        "tooltip": parts.tooltip(data, ("when", "Period"), ("series", "")),
    }
    layers = [
        parts.target_line(data, x, y),
        band if parts.has(data, "low") else None,
        alone if _mark_lone_points(data) else None,
        *parts.rules(options, "y"),
        line,
        *_points(data, encoding, options),
    ]
    return parts.layered(HEIGHT, layers)


def _mark_lone_points(data: list[Row]) -> bool:
    """Whether points with an interval stand between gaps; they are marked."""
    for before, datum, after in zip([{}, *data], data, [*data[1:], {}], strict=False):
        neighbours = [each for each in (before, after) if each.get("series") == datum.get("series") and each]
        datum["is_alone"] = datum["low"] is not None and all(each["low"] is None for each in neighbours)
    return any(datum["is_alone"] for datum in data)


def _points(data: list[Row], encoding: Spec, options: Row) -> list[Spec]:
    """Full points of final periods, hollow ones of others; on a dense line unseen ones, for tooltips."""
    mark = {"type": "point", "size": 34, "opacity": 1, "strokeWidth": 1.5}
    if not options.get("points", True):
        return [{"mark": {**mark, "filled": True, "opacity": 0}, "encoding": encoding}]
    full = {
        "transform": [{"filter": "datum.is_final !== false"}],
        "mark": {**mark, "filled": True},
        "encoding": encoding,
    }
    hollow = {
        "transform": [{"filter": "datum.is_final === false"}],
        "mark": {**mark, "fill": PAPER},
        "encoding": encoding,
    }
    finals = {datum.get("is_final", True) for datum in data if datum["value"] is not None}
    return [layer for layer, is_final in ((full, True), (hollow, False)) if is_final in finals]


def _columns(data: list[Row], scale: Scale, options: Row) -> Spec:
    """Columns as wide as their period, its parts one upon the other; what is below 0 hangs down."""
    series = parts.series_of(data, options)
    heaps: dict[tuple[str, bool], float] = defaultdict(float)
    for datum in sorted(data, key=lambda datum: series.index(datum["series"])):
        heap = (datum["x"], datum["value"] < 0)
        datum["bottom"], datum["top"] = heaps[heap], heaps[heap] + datum["value"]
        heaps[heap] = datum["top"]
    columns = {
        "mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 1},
        "encoding": {
            "x": parts.time_axis(options),
            "x2": {"field": "until"},
            "y": {"field": "top", "type": "quantitative", "axis": scale.axis()},
            "y2": {"field": "bottom"},
            "color": parts.color(series, options),
            "tooltip": parts.tooltip(data, ("when", "Period"), ("series", "")),
        },
    }
    base = {**parts.ONCE, "mark": {"type": "rule", "color": INK}, "encoding": {"y": {"datum": 0}}}
    return parts.layered(HEIGHT, [columns, base])


def _bars(data: list[Row], scale: Scale, options: Row) -> Spec:
    series = parts.series_of(data, options)
    labels = parts.distinct(data, "label")
    y, x = parts.label_axis(labels, options), parts.value_axis(data, scale, options, zero=True)
    bar = {
        "mark": {"type": "bar", "height": {"band": 0.72}},
        "encoding": {
            "y": y,
            "x": x,
            "color": parts.color(series, options),
            "tooltip": parts.tooltip(data, ("label", ""), ("series", "")),
        },
    }
    if len(labels) < len(data):
        return _stacked(bar, data, scale, series, ROW * len(labels))
    layers = [
        bar,
        parts.whiskers(data, y, x),
        parts.target_ticks(data, y, x),
        *parts.rules(options, "x"),
        parts.value_text(data, y, x),
    ]
    return parts.layered(ROW * len(labels), layers, padding=parts.BESIDE)


def _stacked(bar: Spec, data: list[Row], scale: Scale, series: list[str], height: int) -> Spec:
    for datum in data:
        datum["rank"] = series.index(datum["series"])
    bar["encoding"]["order"] = {"field": "rank", "type": "quantitative"}
    bar["encoding"]["x"] = {"field": "value", "type": "quantitative", "axis": scale.axis()}
    return parts.layered(height, [bar])


def _dots(data: list[Row], scale: Scale, options: Row) -> Spec:
    series = parts.series_of(data, options)
    labels = parts.distinct(data, "label")
    y, x = parts.label_axis(labels, options), parts.value_axis(data, scale, options, zero=False)
    beside = {"yOffset": {"field": "series", "type": "nominal", "sort": series}} if len(series) > 1 else {}
    color = parts.color(series, options)
    dot = {
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
        "encoding": {
            "y": y,
            "x": x,
            "color": color,
            "tooltip": parts.tooltip(data, ("label", ""), ("series", "")),
            **beside,
        },
    }
    interval = parts.whiskers(data, y, x, strokeWidth=2, opacity=0.55)
    if interval:
        interval["encoding"] |= {"color": color, **beside}
    layers = [*parts.rules(options, "x"), interval, parts.target_ticks(data, y, x), dot]
    if beside:
        return parts.layered(TWO_ROWS * len(labels), layers)
    layers.append(parts.value_text(data, y, x))
    return parts.layered(ROW * len(labels), layers, padding=parts.BESIDE)


def _heatmap(data: list[Row], scale: Scale, options: Row) -> Spec:
    values = [datum["value"] for datum in data if datum["value"] is not None]
    rows, columns = parts.distinct(data, "y"), parts.distinct(data, "x")
    if all(isinstance(column, int) for column in columns):
        columns.sort()
    # Hours may be thinned out, names may not.
    named = options.get("named_columns")
    turned = {"labelAngle": -35, "labelOverlap": False} if named else {"labelAngle": 0, "labelOverlap": True}
    x_axis = {"title": options.get("x_title"), "grid": False, **turned}
    x = {"field": "x", "type": "ordinal", "scale": {"domain": columns}, "axis": x_axis}
    y_axis = {"title": None, "grid": False, "labelColor": INK}
    y = {"field": "y", "type": "nominal", "scale": {"domain": rows}, "axis": y_axis}
    legend = {"format": scale.format, "gradientLength": 160, "gradientThickness": 10, "tickCount": 2}
    heat = {"range": HEAT, "domainMin": 0, "domainMax": max(values)}
    valid = [{"filter": "isValid(datum.value)"}]
    cells = {
        "transform": valid,
        "mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 1},
        "encoding": {
            "x": x,
            "y": y,
            "color": {"field": "value", "type": "quantitative", "scale": heat, "legend": legend},
            "tooltip": parts.tooltip(data, ("y", ""), ("x", options.get("x_title", ""))),
        },
    }
    # Where a cell is too narrow for its number, the colour has to do.
    numbers = {
        "transform": valid,
        "mark": {"type": "text", "fontSize": 10.5},
        "encoding": {
            "x": x,
            "y": y,
            "text": {"field": "value", "type": "quantitative", "format": scale.cell_format(values)},
            "color": {
                "condition": {"test": f"datum.value > {max(values) / 2}", "value": PAPER},
                "value": INK,
            },
            "opacity": {"condition": {"test": f"width < {24 * len(columns)}", "value": 0}, "value": 1},
        },
    }
    return parts.layered(CELL * len(rows), [cells, numbers])


DRAWINGS: dict[str, Callable[[list[Row], Scale, Row], Spec]] = {
    "lines": _lines,
    "columns": _columns,
    "bars": _bars,
    "dots": _dots,
    "heatmap": _heatmap,
}
