"""Numbers as people read them: in cells and tooltips, and along an axis."""

from dataclasses import dataclass
from typing import Any

from service_kpis.summary import shown as shown_without_currency

MINUS = "\u2212"
SECONDS = ((86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds"))


def shown(value: Any, unit: str, currency: str) -> str:
    """A value with its unit; empty where there is none. Units: those of KPIs, number, points_of_percent."""
    if value is None:
        return ""
    if unit == "currency":
        text = f"{currency} {value:,.0f}" if abs(value) >= 1_000 else f"{currency} {value:,.2f}"
    elif unit == "points_of_percent":
        text = f"{100 * value:+.1f} pp"
    elif unit == "number":
        text = f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:,.1f}"
    else:
        text = shown_without_currency(float(value), unit)
    return text.replace("-", MINUS)


def changed(change: float, unit: str, currency: str) -> str:
    """A difference of two values, with its sign."""
    text = (
        f"{100 * abs(change):.1f} pp" if unit == "ratio" else shown(abs(change), unit, currency).lstrip("+")
    )
    if not any(digit in text for digit in "123456789"):
        return f"\u00b1{text}"
    return f"{'+' if change > 0 else MINUS}{text}"


@dataclass(frozen=True)
class Scale:
    """How values stand on an axis: divided by `divisor`, in `format` (d3), `title` their unit in words."""

    divisor: float
    format: str
    title: str = ""
    is_whole: bool = False

    @classmethod
    def of(cls, unit: str, values: list[float | None], currency: str) -> "Scale":
        known = [abs(value) for value in values if value is not None]
        top = max(known, default=0)
        if unit == "points_of_percent":
            return cls(0.01, "+.1~f", "percentage points")
        if unit == "ratio":
            return cls(1, ".1%" if top < 0.05 else ".0%")
        if unit == "seconds":
            size, name = next((each for each in SECONDS if top >= 2 * each[0]), SECONDS[-1])
            return cls(size, ",.1~f", name)
        if unit == "currency":
            return cls(1, ",.0f" if top >= 20 else ",.2f", currency)
        is_whole = all(value == round(value) for value in known)
        return cls(1, {"points": "+,.0f", "score": ".1f"}.get(unit, ",.1~f"), is_whole=is_whole)

    def down(self, value: float) -> float:
        return float(value) / self.divisor

    def cell_format(self, values: list[float]) -> str:
        """Inside a cell there is no room for a unit, nor for a digit that says little."""
        if self.format.endswith("%"):
            return ".0%"
        top = max(values)
        return ".0f" if top >= 20 or self.is_whole else ".1f" if top >= 1 else ".2f"

    def axis(self) -> dict[str, Any]:
        axis = {"format": self.format, "title": None, "tickCount": 5}
        if self.format.endswith("%"):
            # A share ends at 100 %, even where the axis goes on.
            return {**axis, "labelExpr": "datum.value > 1 ? '' : datum.label"}
        return {**axis, "tickMinStep": 1} if self.is_whole else axis
