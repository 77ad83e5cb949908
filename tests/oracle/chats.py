"""Chats to conversations: bot and person in one session are one conversation."""

from datetime import datetime

from oracle.conversation import (
    Bot,
    Conversation,
    Row,
    Work,
    identity_of,
    is_customer_turn,
    is_reply,
    responder_of,
    system_of,
)

NORMAL_ENDS = ("customer_left", "agent_closed", "bot_closed", "timeout")
BLOCKED_ENDS = ("error", "usage_limit")
BLOCKED_REASONS = ("error", "outage", "usage_limit")


def chat_conversation(chat: Row, messages: list[Row], tool_lands_messages: bool) -> Conversation:
    messages = sorted(messages, key=lambda message: message["sent_at"])
    if not messages and any(map(chat.get, ("agent_joined_at", "handover_requested_at", "outcome"))):
        # Somebody was there, so that its messages were not kept.
        tool_lands_messages = False
    by_bot = [m["sent_at"] for m in messages if is_reply(m) and m["sender_type"] == "bot"]
    by_human = [m["sent_at"] for m in messages if is_reply(m) and m["sender_type"] == "agent"]
    has_bot, has_human = bool(by_bot), bool(by_human)
    if not tool_lands_messages:
        # The chat's own columns say who took part.
        has_bot, has_human = bool(chat.get("bot_id")), bool(chat.get("agent_joined_at"))
        by_human = [chat["agent_joined_at"]] if has_human else []
    is_engaged = any(is_customer_turn(m) for m in messages) or not tool_lands_messages
    asked_at = chat.get("handover_requested_at") or chat.get("queued_at")
    one = Conversation(
        system=system_of(chat),
        kind="chat",
        source_id=chat["chat_id"],
        number=1,
        started_at=chat["started_at"],
        ended_at=chat.get("ended_at") or max((m["sent_at"] for m in messages), default=_last_known(chat)),
        channel=chat.get("channel"),
        topic=chat.get("topic"),
        team=chat.get("team"),
        identity=identity_of(chat),
        responder=responder_of(has_bot, has_human),
        is_served=has_bot or has_human,
        first_response_at=min([*by_bot, *by_human], default=None),
        first_human_response_at=min(by_human, default=None),
        human_clock_started_at=chat.get("handover_requested_at") if chat.get("bot_id") else None,
        is_abandoned=bool(asked_at) and not has_human,
    )
    if chat.get("is_proactive"):
        one.exclusions.add("outbound")
    if not is_engaged:
        one.exclusions.add("unengaged")
    turns = [m for m in messages if is_customer_turn(m) or is_reply(m)]
    is_left = bool(turns) and (turns[-1]["sender_type"] == "customer" or bool(turns[-1].get("is_fallback")))
    _resolve(one, chat, is_left)
    if has_human:
        agent = (one.system, chat["agent_id"]) if chat.get("agent_id") else None
        one.work = [Work(agent, chat.get("agent_joined_at") or by_human[0], one.ended_at)]
        one.handle_seconds = one.work[0].seconds
    if chat.get("bot_id"):
        one.bot = Bot(
            is_engaged=is_engaged,
            is_blocked=_is_blocked(chat, by_bot, has_bot),
            is_handed_over=bool(asked_at) or has_human,
            has_human_turn=has_human,
            stated=chat.get("outcome"),
            is_left_without_answer=is_left,
        )
    return one


def _last_known(chat: Row) -> datetime:
    names = ("started_at", "queued_at", "handover_requested_at", "agent_joined_at")
    return max(at for name in names if (at := chat.get(name)))


def _resolve(one: Conversation, chat: Row, is_left: bool) -> None:
    """As stated, else served and ended normally: not given up in the queue nor left without answer."""
    stated = chat.get("outcome")
    one.is_resolution_stated = stated is not None
    if stated:
        one.is_resolved = stated in ("resolved_confirmed", "resolved_task")
    else:
        reason = chat.get("end_reason")
        is_ended = reason in NORMAL_ENDS if reason else chat.get("ended_at") is not None
        is_given_up = one.is_abandoned or (one.responder == "bot" and is_left)
        one.is_resolved = one.is_served and is_ended and not is_given_up
    if one.is_resolved:
        one.resolved_at = one.first_resolved_at = one.ended_at


def _is_blocked(chat: Row, by_bot: list[datetime], has_bot: bool) -> bool:
    """Error, outage or limit before the first bot answer."""
    if chat.get("end_reason") in BLOCKED_ENDS and not has_bot:
        return True
    requested_at = chat.get("handover_requested_at")
    has_answered = has_bot if not by_bot or requested_at is None else by_bot[0] < requested_at
    return chat.get("handover_reason") in BLOCKED_REASONS and not has_answered
