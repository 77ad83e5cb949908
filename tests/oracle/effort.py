"""An agent's seconds shared among all that he worked on at once (K35)."""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

from oracle.conversation import Conversation, Work
from oracle.instants import seconds_between


def share_seconds(conversations: Iterable[Conversation]) -> None:
    """Between two instants k stretches get 1/k each; work of nobody known is shared with none."""
    for agent, stretches in work_by_agent(conversations).items():
        if agent is None:
            for stretch in stretches:
                stretch.seconds_shared = stretch.seconds
            continue
        instants = {at for stretch in stretches for at in (stretch.started_at, stretch.ended_at)}
        for start, end in pairwise(sorted(instants)):
            at_work = [s for s in stretches if s.started_at <= start and s.ended_at >= end]
            for stretch in at_work:
                stretch.seconds_shared += seconds_between(start, end) / len(at_work)


def work_by_agent(conversations: Iterable[Conversation]) -> dict[tuple[str, str] | None, list[Work]]:
    found = defaultdict(list)
    for one in conversations:
        for stretch in one.work:
            found[stretch.agent].append(stretch)
    return found


def seconds_passed(stretches: Iterable[Work]) -> Fraction:
    """Time in which at least one stretch went on."""
    total, reached = Fraction(0), None
    for stretch in sorted(stretches, key=lambda stretch: stretch.started_at):
        start = max(stretch.started_at, reached or stretch.started_at)
        if stretch.ended_at > start:
            total += seconds_between(start, stretch.ended_at)
        reached = max(stretch.ended_at, reached or stretch.ended_at)
    return total
