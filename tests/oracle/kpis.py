"""Monthly KPIs of everybody: numerator, denominator and value, as the registry words them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from oracle.bots import CONTAINED, ELIGIBLE, ESCALATED, NET_CONTAINED, WINDOW
from oracle.conversation import Conversation
from oracle.oracle import Answer
from oracle.repeats import WINDOWS, is_within, issues
from oracle.surveys import nps_balance


@dataclass(frozen=True)
class Kpi:
    numerator: Fraction
    denominator: int
    value: float | None


def kpis(answer: Answer) -> dict[tuple[str, date], Kpi]:
    """Every covered KPI of every month in which it has a denominator."""
    found = {}
    countable = [one for one in answer.conversations if one.is_countable]
    for month, ones in by_month(countable, lambda one: one.started_at).items():
        for kpi_id, (numerator, denominator) in {
            **_sums(ones, answer.as_of),
            **_bots(ones, answer.as_of),
        }.items():
            found[kpi_id, month] = _kpi(numerator, denominator)
        for kpi_id, values in _durations(ones).items():
            found |= {(f"{kpi_id}_{name}", month): kpi for name, kpi in _statistics(values).items()}
    for name, window in WINDOWS.items():
        found |= _issue_kpis(answer.conversations, name, window)
    for month, rows in by_month(answer.nps_answers, lambda row: row["responded_at"]).items():
        found["nps", month] = _kpi(nps_balance(rows), len(rows), per=100)
    return {key: kpi for key, kpi in found.items() if kpi.denominator}


def by_month(things: Iterable, instant: Callable[..., datetime]) -> dict[date, list]:
    months: dict[date, list] = {}
    for one in things:
        months.setdefault(instant(one).date().replace(day=1), []).append(one)
    return months


def _kpi(numerator, denominator: int, per: int = 1) -> Kpi:
    value = float(Fraction(numerator) * per / denominator) if denominator else None
    return Kpi(Fraction(numerator), denominator, value)


def _sums(ones: list[Conversation], as_of: datetime) -> dict[str, tuple]:
    """(Numerator, denominator) of rates over countable conversations."""
    sums = {"identity_coverage": (sum(one.customer is not None for one in ones), len(ones))}
    for name, window in WINDOWS.items():
        mature = [one for one in ones if one.is_anchor and one.is_mature[name]]
        strong = [one for one in mature if not one.is_known_by_phone_only]
        unrepeated = [one for one in strong if not is_within(one.next_any_topic_at, one, window)]
        sums[f"fcr_contact_{name}"] = sum(one.fcr[name] for one in mature), len(mature)
        sums[f"fcr_contact_behavioural_{name}"] = (
            sum(not one.repeats[name] and not one.is_reopened for one in mature),
            len(mature),
        )
        sums[f"repeat_contact_rate_{name}"] = sum(one.repeats[name] for one in mature), len(mature)
        sums[f"fcr_contact_any_topic_behavioural_{name}"] = (
            sum(not one.is_reopened for one in unrepeated),
            len(strong),
        )
    return sums


def _bots(ones: list[Conversation], as_of: datetime) -> dict[str, tuple]:
    outcomes = [one.bot.outcome for one in ones if one.bot]
    eligible = sum(outcome in ELIGIBLE for outcome in outcomes)

    def count(*wanted: str) -> int:
        return sum(outcome in wanted for outcome in outcomes)

    decided = sum(as_of >= one.ended_at + WINDOW for one in ones)
    return {
        "containment_rate_gross": (count(*CONTAINED), eligible),
        "containment_rate_net": (count(*NET_CONTAINED), eligible),
        "false_containment_returned_rate": (count("contained_returned"), eligible),
        "false_containment_abandoned_rate": (count("abandoned_in_bot"), eligible),
        "escalation_rate": (count(*ESCALATED), eligible),
        "bot_resolution_rate_strict": (count("resolved_confirmed", "resolved_task"), eligible),
        "handover_abandon_rate": (count("escalated_lost"), count(*ESCALATED)),
        "automation_rate": (count(*NET_CONTAINED), decided),
        "bot_involvement_rate": (len(outcomes), len(ones)),
    }


def _durations(ones: list[Conversation]) -> dict[str, list]:
    """Seconds of each conversation that has them."""
    durations = {
        "first_response_any": [one.first_response_seconds for one in ones],
        "first_response_any_business": [one.first_response_business_seconds for one in ones],
        "first_response_human": [one.first_human_response_seconds for one in ones],
        "first_response_human_business": [one.first_human_response_business_seconds for one in ones],
        "resolution_time": [one.resolution_seconds for one in ones],
        "resolution_time_business": [one.resolution_business_seconds for one in ones],
    }
    return {name: [value for value in values if value is not None] for name, values in durations.items()}


def _statistics(values: list[int]) -> dict[str, Kpi]:
    return {
        "mean": _kpi(sum(values), len(values)),
        "median": Kpi(Fraction(0), len(values), percentile(values, Fraction(1, 2))),
        "p90": Kpi(Fraction(0), len(values), percentile(values, Fraction(9, 10))),
    }


def percentile(values: list[int], share: Fraction) -> float | None:
    """Interpolated between the two nearest values."""
    if not values:
        return None
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (position - below) * (ordered[above] - ordered[below]))


def _issue_kpis(conversations: list[Conversation], name: str, window) -> dict[tuple[str, date], Kpi]:
    """First contacts: the first of a chain that was served."""
    firsts = [
        next(one for one in chain if one.is_served)
        for chain in issues(conversations, window)
        if any(one.is_served for one in chain)
    ]
    mature = [one for one in firsts if one.is_mature[name]]
    return {
        (f"fcr_issue_{name}", month): _kpi(sum(one.fcr[name] for one in ones), len(ones))
        for month, ones in by_month(mature, lambda one: one.started_at).items()
    }
