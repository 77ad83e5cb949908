"""Monthly KPIs of everybody: numerator, denominator and value, as the registry words them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from oracle.bots import CONTAINED, ELIGIBLE, ESCALATED, NET_CONTAINED, WINDOW
from oracle.calls import FLOWED_OUT
from oracle.conversation import Conversation, Queue
from oracle.instants import seconds_between
from oracle.oracle import Answer
from oracle.repeats import WINDOWS, is_within, issues
from oracle.seeds import seed
from oracle.surveys import answered_at, nps_balance

RESOLUTION_MATURITY = timedelta(days=7)
REOPEN_WINDOW = timedelta(days=7)
SHORT_ABANDON_SECONDS = 5
Sums = dict[str, tuple[Fraction | int, int]]


@dataclass(frozen=True)
class Kpi:
    """A percentile has no numerator."""

    numerator: Fraction | None
    denominator: int
    value: float


def kpis(answer: Answer) -> dict[tuple[str, date], Kpi]:
    """Every covered KPI of every month in which it has a denominator."""
    found = {}
    countable = [one for one in answer.conversations if one.is_countable]
    for month, ones in by_month(countable, lambda one: one.started_at).items():
        sums = {
            **_resolution(ones),
            **_bots(ones, answer.as_of),
            **_responses(ones, answer.as_of),
            **_resolved_at_last(ones, answer.as_of),
            **_handling(ones),
            **_access(ones),
        }
        found |= {(kpi_id, month): ratio(*of) for kpi_id, of in sums.items() if of[1]}
        for kpi_id, values in _durations(ones).items():
            found |= {(f"{kpi_id}_{name}", month): kpi for name, kpi in statistics(values).items()}
    for name, window in WINDOWS.items():
        found |= _issues(issues(answer.conversations, window), name)
    found |= _closed_issues(issues(answer.conversations, WINDOWS["48h"]), answer.as_of)
    for month, rows in by_month(answer.nps_answers, answered_at).items():
        found["nps", month] = ratio(nps_balance(rows), len(rows), per=100)
    return found


def by_month(things: Iterable, instant: Callable[..., datetime]) -> dict[date, list]:
    months: dict[date, list] = {}
    for one in things:
        months.setdefault(instant(one).date().replace(day=1), []).append(one)
    return months


def ratio(numerator: Fraction | int, denominator: int, per: int = 1) -> Kpi:
    return Kpi(Fraction(numerator), denominator, float(Fraction(numerator) * per / denominator))


def _resolution(ones: list[Conversation]) -> Sums:
    sums: Sums = {"identity_coverage": (sum(one.customer is not None for one in ones), len(ones))}
    for name, window in WINDOWS.items():
        mature = [one for one in ones if one.is_anchor and one.is_mature[name]]
        judged = [one for one in mature if name in one.fcr]
        quiet = [one for one in mature if not one.repeats[name] and not one.is_reopened]
        strong = [one for one in mature if not one.is_weakly_identified]
        quiet_at_all = [
            one for one in strong if not is_within(one.next_any_topic_at, one, window) and not one.is_reopened
        ]
        sums |= {
            f"fcr_contact_{name}": (sum(one.fcr[name] for one in judged), len(judged)),
            f"fcr_contact_behavioural_{name}": (len(quiet), len(mature)),
            f"repeat_contact_rate_{name}": (sum(one.repeats[name] for one in mature), len(mature)),
            f"fcr_contact_any_topic_behavioural_{name}": (len(quiet_at_all), len(strong)),
        }
    return sums


def _bots(ones: list[Conversation], as_of: datetime) -> Sums:
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


def _targets(response: str) -> dict[str, int]:
    return {
        row["channel"]: int(row["target_seconds"])
        for row in seed("response_time_targets")
        if (row["response"], row["clock"]) == (response, "calendar")
    }


def _responses(ones: list[Conversation], as_of: datetime) -> Sums:
    """Unanswered and past the target is a miss; who left before is in neither, nor what nobody knows."""
    targets = _targets("any")
    met = [
        one.first_response_seconds <= targets[one.channel]
        for one in ones
        if one.channel in targets and one.first_response_seconds is not None
    ]
    missed = [
        one
        for one in ones
        if one.channel in targets
        and one.first_response_at is None
        and not one.is_response_unknown
        and not one.is_abandoned
        and (seconds_between(one.response_clock_at, as_of) or 0) > targets[one.channel]
    ]
    return {"first_response_any_within_target": (sum(met), len(met) + len(missed))}


def _resolved_at_last(ones: list[Conversation], as_of: datetime) -> Sums:
    grown = [
        one
        for one in ones
        if one.is_served and one.is_resolved is not None and as_of >= one.started_at + RESOLUTION_MATURITY
    ]
    solved = [
        one
        for one in ones
        if one.kind == "ticket" and one.first_resolved_at and as_of >= one.first_resolved_at + REOPEN_WINDOW
        if one.is_reopened is not None or (one.revival and one.revival.is_served)
    ]
    return {
        "resolution_rate": (sum(one.is_resolved for one in grown), len(grown)),
        "reopen_rate": (sum(map(_is_reopened_in_time, solved)), len(solved)),
    }


def _is_reopened_in_time(one: Conversation) -> bool:
    """Brought back in the same conversation, or in another one that had to be answered."""
    back_at = [one.reopened_at] if one.reopened_at else []
    if one.revival and one.revival.is_served:
        back_at.append(one.revival.started_at)
    return any(at <= one.first_resolved_at + REOPEN_WINDOW for at in back_at)


def _handling(ones: list[Conversation]) -> Sums:
    """Only those divide whose time is known."""
    handled = [one for one in ones if one.responder in ("human", "hybrid") and one.handle_seconds is not None]
    return {
        "handle_time_mean": (sum(one.handle_seconds for one in handled), len(handled)),
        "allocated_handle_time_mean": (sum(one.allocated_seconds for one in handled), len(handled)),
    }


def _access(ones: list[Conversation]) -> Sums:
    """An unknown wait is never short, never in time and in no mean (F11)."""
    offered = [one for one in ones if one.queue and one.queue.outcome != "left_in_menu"]
    answered = [one for one in offered if one.queue.outcome == "answered"]
    not_short = [one for one in offered if not _is_short(one.queue)]
    left = [one for one in not_short if one.queue.outcome == "abandoned"]
    flowed_out = [one for one in offered if one.queue.outcome in FLOWED_OUT]
    waited = [one.queue.wait_seconds for one in answered if one.queue.wait_seconds is not None]
    waited_in_vain = [one.queue.wait_seconds for one in left if one.queue.wait_seconds is not None]
    targets = _targets("queue")
    judged = [one for one in answered if one.channel in targets and one.queue.wait_seconds is not None]
    in_time = [one for one in judged if one.queue.wait_seconds <= targets[one.channel]]
    lost = [one for one in left if one.channel in targets]
    calls = [one for one in offered if one.kind == "call"]
    chats = [one for one in offered if one.kind == "chat"]
    return {
        "average_speed_of_answer": (sum(waited), len(waited)),
        "abandoned_wait_mean": (sum(waited_in_vain), len(waited_in_vain)),
        "abandonment_rate": (len(left), len(not_short)),
        "flow_out_rate": (len(flowed_out), len(offered)),
        "service_level": (len(in_time), len(judged) + len(lost)),
        "service_level_2": (len(in_time), len(judged)),
        "answer_rate_human": (sum(one.queue.outcome == "answered" for one in calls), len(calls)),
        "chat_success_rate": (sum(one.queue.outcome == "answered" for one in chats), len(chats)),
    }


def _is_short(queue: Queue) -> bool:
    wait = queue.wait_seconds
    return queue.outcome == "abandoned" and wait is not None and wait < SHORT_ABANDON_SECONDS


def _durations(ones: list[Conversation]) -> dict[str, list[Fraction]]:
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


def statistics(values: list[Fraction]) -> dict[str, Kpi]:
    if not values:
        return {}
    return {
        "mean": ratio(sum(values), len(values)),
        "median": Kpi(None, len(values), percentile(values, Fraction(1, 2))),
        "p90": Kpi(None, len(values), percentile(values, Fraction(9, 10))),
    }


def percentile(values: list[Fraction], share: Fraction) -> float:
    """Interpolated between the two nearest values."""
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (position - below) * (ordered[above] - ordered[below]))


def _issues(chains: list[list[Conversation]], name: str) -> dict[tuple[str, date], Kpi]:
    """The first contact of an issue is the first that was served; both can be judged or neither."""
    firsts = [next((one for one in chain if one.is_served), None) for chain in chains]
    mature = [one for one in firsts if one and name in one.fcr]
    return {
        (f"fcr_issue_{name}", month): ratio(sum(one.fcr[name] for one in ones), len(ones))
        for month, ones in by_month(mature, lambda one: one.started_at).items()
    }


def _closed_issues(chains: list[list[Conversation]], as_of: datetime) -> dict[tuple[str, date], Kpi]:
    """Closed when 48 hours have passed since its last contact."""
    closed = [chain for chain in chains if as_of >= max(one.ended_at for one in chain) + WINDOWS["48h"]]
    return {
        ("contacts_per_issue", month): ratio(sum(map(len, of_month)), len(of_month))
        for month, of_month in by_month(closed, lambda chain: chain[0].started_at).items()
    }
