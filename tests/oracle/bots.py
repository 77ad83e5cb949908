"""The bot outcome tree (K10): the first row that fits wins."""

from datetime import datetime, timedelta

from oracle.conversation import Conversation
from oracle.repeats import is_within

WINDOW = timedelta(hours=48)
ESCALATED = ("escalated_connected", "escalated_lost")
NET_CONTAINED = ("resolved_confirmed", "resolved_task", "contained_durable")
CONTAINED = (*NET_CONTAINED, "contained_returned", "abandoned_in_bot")
ELIGIBLE = (*ESCALATED, *CONTAINED)


def bot_outcome(one: Conversation, as_of: datetime) -> str | None:
    bot = one.bot
    if bot is None:
        return None
    if not bot.is_engaged:
        return "not_engaged"
    if as_of < one.ended_at + WINDOW:
        return "pending"
    if bot.is_blocked:
        return "blocked"
    if bot.is_handed_over:
        return "escalated_connected" if bot.has_human_turn else "escalated_lost"
    if is_within(one.next_same_topic_at, one, WINDOW):
        return "contained_returned"
    if bot.stated in ("resolved_confirmed", "resolved_task"):
        return bot.stated
    # Who says that it is not solved is not silent.
    is_left = bot.is_left_without_answer or bot.stated == "unresolved"
    return "abandoned_in_bot" if is_left else "contained_durable"
