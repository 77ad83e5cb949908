"""Chats to conversations: bot and person in one session are one conversation."""

from datetime import datetime, timedelta
from fractions import Fraction

from oracle.conversation import (
    Bot,
    Conversation,
    Queue,
    Row,
    Work,
    identity_of,
    is_customer_turn,
    is_public_word,
    is_reply,
    responder_of,
    system_of,
)
from oracle.instants import exact_seconds, seconds_between
from oracle.stretches import active_stretches
from oracle.words import UNKNOWN, is_known

NORMAL_ENDS = ("customer_left", "agent_closed", "bot_closed", "timeout")
BLOCKED_ENDS = ("error", "usage_limit")
BLOCKED_REASONS = ("error", "outage", "usage_limit")
# A chat whose messages are not known and that was open for longer says nothing about the work on it.
HANDLE_LIMIT = timedelta(minutes=240)


def chat_conversation(
    chat: Row,
    messages: list[Row],
    tool_lands_messages: bool,
    tool_lands_joining: bool,
    tool_lands_ends: bool,
) -> Conversation:
    messages = sorted(messages, key=lambda message: message["sent_at"])
    is_unreadable = any(m["sender_type"] == UNKNOWN and is_public_word(m) for m in messages)
    written = messages
    if is_unreadable:
        messages = []
    if not messages and any(map(chat.get, ("agent_joined_at", "handover_requested_at", "outcome"))):
        # Somebody was there, so that its messages were not kept.
        tool_lands_messages = False
    is_told = tool_lands_messages and not is_unreadable
    turns = [m for m in messages if is_customer_turn(m) or is_reply(m)]
    asked_at = min((m["sent_at"] for m in turns if m["sender_type"] == "customer"), default=None)
    # What was said before the customer's first word answers nothing (F15).
    replies = [m for m in turns if asked_at and is_reply(m) and m["sent_at"] >= asked_at]
    by_bot = [m["sent_at"] for m in replies if m["sender_type"] == "bot"]
    by_human = [m["sent_at"] for m in replies if m["sender_type"] == "agent"]
    has_bot, has_human = bool(by_bot), bool(by_human)
    if not is_told:
        # The chat's own columns say who took part.
        # Where the tool never says when people join, an agent whom the chat names did at some time.
        has_bot = bool(chat.get("bot_id"))
        has_human = bool(chat.get("agent_joined_at") or (chat.get("agent_id") and not tool_lands_joining))
        by_human = [chat["agent_joined_at"]] if chat.get("agent_joined_at") else []
    # A word that nobody knows is the only evidence of an answer (F10).
    is_answer_unknown = is_unreadable and not tool_lands_joining and not chat.get("agent_id")
    is_of_bot = bool(chat.get("bot_id")) or any(m["sender_type"] == "bot" for m in turns)
    is_engaged = asked_at is not None or not is_told
    called_at = chat.get("handover_requested_at") or chat.get("queued_at")
    one = Conversation(
        system=system_of(chat),
        kind="chat",
        source_id=chat["chat_id"],
        number=1,
        started_at=chat["started_at"],
        ended_at=chat.get("ended_at") or max((m["sent_at"] for m in written), default=_last_known(chat)),
        channel=chat.get("channel"),
        topic=chat.get("topic"),
        team=chat.get("team"),
        identity=identity_of(chat),
        responder=responder_of(has_bot, has_human),
        is_served=has_bot or has_human,
        asked_at=asked_at,
        # When the bot answered, only its messages tell; a person who came later was not the first.
        first_response_at=min([*by_bot, *by_human], default=None) if is_told or not has_bot else None,
        first_human_response_at=min(by_human, default=None),
        handover_requested_at=chat.get("handover_requested_at") if is_of_bot else None,
        is_response_hidden=is_unreadable,
        is_abandoned=bool(called_at) and not has_human and not is_answer_unknown,
    )
    if _is_outbound(chat, turns, asked_at):
        one.exclusions.add("outbound")
    if not is_engaged:
        one.exclusions.add("unengaged")
    is_left = bool(turns) and (turns[-1]["sender_type"] == "customer" or bool(turns[-1].get("is_fallback")))
    _resolve(one, chat, is_left, tool_lands_ends)
    if is_answer_unknown and not one.is_resolution_stated:
        one.is_resolved = one.resolved_at = one.first_resolved_at = None
    one.queue = None if is_answer_unknown else _queue(one, chat, has_human, is_of_bot)
    one.work = _work(one, chat, turns) if is_told else _work_untold(one, chat)
    one.handle_seconds = sum(stretch.seconds for stretch in one.work) if one.work else None
    if is_of_bot:
        one.bot_handle_seconds = _bot_seconds(turns) if is_told else _bot_seconds_untold(chat)
        one.bot = Bot(
            is_engaged=is_engaged,
            is_blocked=_is_blocked(chat, by_bot, has_bot),
            is_handed_over=bool(called_at) or has_human or chat.get("end_reason") == "transferred",
            has_human_turn=has_human,
            stated=chat.get("outcome") if is_known(chat.get("outcome")) else None,
            is_left_without_answer=is_left,
        )
    return one


def _last_known(chat: Row) -> datetime:
    names = ("started_at", "queued_at", "handover_requested_at", "agent_joined_at")
    return max(at for name in names if (at := chat.get(name)))


def _is_outbound(chat: Row, turns: list[Row], asked_at: datetime | None) -> bool:
    """A person of ours wrote first, unless the tool says otherwise; a bot's first word is a greeting."""
    if chat.get("is_proactive") is not None:
        return chat["is_proactive"]
    return any(m["sender_type"] == "agent" and (asked_at is None or m["sent_at"] < asked_at) for m in turns)


def _resolve(one: Conversation, chat: Row, is_left: bool, tool_lands_ends: bool) -> None:
    """As stated, else served and ended normally: not given up in the queue nor left without answer."""
    stated = chat.get("outcome")
    one.is_resolution_stated = is_known(stated)
    if one.is_resolution_stated:
        one.is_resolved = stated in ("resolved_confirmed", "resolved_task")
    else:
        reason = chat.get("end_reason")
        is_over = chat.get("ended_at") is not None or not tool_lands_ends
        is_ended = reason in NORMAL_ENDS if is_known(reason) else is_over
        is_given_up = one.is_abandoned or (one.responder == "bot" and is_left)
        one.is_resolved = one.is_served and is_ended and not is_given_up
    if one.is_resolved:
        one.resolved_at = one.first_resolved_at = one.ended_at


def _queue(one: Conversation, chat: Row, has_human: bool, is_of_bot: bool) -> Queue | None:
    """A chat without a bot is addressed to people, also where no queue was written down."""
    queued_at = chat.get("queued_at") or chat.get("handover_requested_at") or one.started_at
    if has_human:
        came_at = chat.get("agent_joined_at") or one.first_human_response_at
        return Queue("answered", True, seconds_between(queued_at, came_at and max(came_at, queued_at)))
    if one.is_abandoned or not is_of_bot:
        waited = seconds_between(queued_at, chat.get("ended_at"))
        return Queue("abandoned", is_known(chat.get("end_reason")), waited)
    return None


def _work(one: Conversation, chat: Row, turns: list[Row]) -> list[Work]:
    """The stretches of each reply, of who wrote it."""
    found = []
    for reply, stretches in active_stretches(turns, "agent", chat.get("agent_joined_at")):
        agent_id = reply.get("sender_id") or chat.get("agent_id")
        agent = (one.system, agent_id) if agent_id else None
        found += [Work(agent, *stretch) for stretch in stretches if seconds_between(*stretch) is not None]
    return found


def _work_untold(one: Conversation, chat: Row) -> list[Work]:
    """From joining to the end, if that can be work."""
    if _limited(chat.get("agent_joined_at"), chat.get("ended_at")) is None:
        return []
    agent = (one.system, chat["agent_id"]) if chat.get("agent_id") else None
    return [Work(agent, chat["agent_joined_at"], chat["ended_at"])]


def _bot_seconds(turns: list[Row]) -> Fraction | None:
    replies = list(active_stretches(turns, "bot", None))
    worked = [seconds_between(*stretch) for _, stretches in replies for stretch in stretches]
    return sum(worked) if replies and None not in worked else None


def _bot_seconds_untold(chat: Row) -> Fraction | None:
    """Until a person is asked for or comes, else to the end."""
    names = ("handover_requested_at", "queued_at", "agent_joined_at", "ended_at")
    return _limited(chat["started_at"], min((at for name in names if (at := chat.get(name))), default=None))


def _limited(start: datetime | None, end: datetime | None) -> Fraction | None:
    passed = seconds_between(start, end)
    return None if passed is None or passed > exact_seconds(HANDLE_LIMIT) else passed


def _is_blocked(chat: Row, by_bot: list[datetime], has_bot: bool) -> bool:
    """Error, outage or limit before the first bot answer."""
    if chat.get("end_reason") in BLOCKED_ENDS and not has_bot:
        return True
    requested_at = chat.get("handover_requested_at")
    has_answered = has_bot if not by_bot or requested_at is None else by_bot[0] < requested_at
    return chat.get("handover_reason") in BLOCKED_REASONS and not has_answered
