"""An agent's seconds shared among all that he worked on at once (K35)."""

from collections import defaultdict
from fractions import Fraction

from oracle.conversation import Conversation


def share_seconds(conversations: list[Conversation]) -> None:
    """Fill in `seconds_shared` of every stretch: between two instants, k stretches get 1/k each."""
    of_agent = defaultdict(list)
    for one in conversations:
        for stretch in one.work:
            stretch.seconds_shared = Fraction(stretch.seconds)
            if stretch.agent is not None:
                of_agent[stretch.agent].append(stretch)
    for stretches in of_agent.values():
        instants = sorted({at for stretch in stretches for at in (stretch.started_at, stretch.ended_at)})
        for stretch in stretches:
            stretch.seconds_shared = Fraction(0)
        for start, end in zip(instants, instants[1:], strict=False):
            at_work = [s for s in stretches if s.started_at <= start and s.ended_at >= end]
            for stretch in at_work:
                stretch.seconds_shared += Fraction(round((end - start).total_seconds()), len(at_work))
