"""Chats to conversations: bot and person in one session are one conversation."""

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


def chat_conversation(chat: Row, messages: list[Row]) -> Conversation:
    messages = sorted(messages, key=lambda message: (message["sent_at"], message["message_id"]))
    by_bot, by_human = (
        [m["sent_at"] for m in messages if is_reply(m) and m["sender_type"] == sender]
        for sender in ("bot", "agent")
    )
    is_engaged = any(is_customer_turn(m) for m in messages)
    ended_at = chat.get("ended_at") or max([chat["started_at"], *(m["sent_at"] for m in messages)])
    conversation = Conversation(
        system=system_of(chat),
        kind="chat",
        source_id=chat["chat_id"],
        number=1,
        started_at=chat["started_at"],
        ended_at=ended_at,
        channel=chat.get("channel"),
        topic=chat.get("topic"),
        team=chat.get("team"),
        identity=identity_of(chat),
        responder=responder_of(bool(by_bot), bool(by_human)),
        is_served=bool(by_bot or by_human),
        first_response_at=min([*by_bot, *by_human], default=None),
        first_human_response_at=min(by_human, default=None),
        human_clock_started_at=chat.get("handover_requested_at") if chat.get("bot_id") else None,
    )
    if chat.get("is_proactive"):
        conversation.exclusions.add("outbound")
    if not is_engaged:
        conversation.exclusions.add("unengaged")
    _resolve(conversation, chat)
    if by_human and chat.get("agent_joined_at"):
        agent = (conversation.system, chat["agent_id"]) if chat.get("agent_id") else None
        conversation.work = [Work(agent, chat["agent_joined_at"], ended_at)]
        conversation.handle_seconds = conversation.work[0].seconds
    if chat.get("bot_id"):
        conversation.bot = _bot(chat, messages, by_bot, by_human, is_engaged)
    return conversation


def _resolve(conversation: Conversation, chat: Row) -> None:
    """As stated, else served and ended normally (contract, Words)."""
    stated = chat.get("outcome")
    conversation.is_resolution_stated = stated is not None
    conversation.is_resolved = (
        stated in ("resolved_confirmed", "resolved_task")
        if stated
        else conversation.is_served and chat.get("end_reason") in NORMAL_ENDS
    )
    if conversation.is_resolved:
        conversation.resolved_at = conversation.first_resolved_at = conversation.ended_at


def _bot(chat: Row, messages: list[Row], by_bot: list, by_human: list, is_engaged: bool) -> Bot:
    requested_at = chat.get("handover_requested_at")
    answers_before_request = [at for at in by_bot if requested_at is None or at < requested_at]
    turns = [m for m in messages if is_customer_turn(m) or (is_reply(m) and m["sender_type"] == "bot")]
    return Bot(
        is_engaged=is_engaged,
        is_blocked=(not by_bot and chat.get("end_reason") in BLOCKED_ENDS)
        or (not answers_before_request and chat.get("handover_reason") in BLOCKED_REASONS),
        is_handed_over=bool(requested_at or by_human),
        has_human_turn=bool(by_human),
        stated=chat.get("outcome"),
        is_left_without_answer=bool(turns)
        and (turns[-1]["sender_type"] == "customer" or bool(turns[-1].get("is_fallback"))),
    )
