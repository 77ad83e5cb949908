"""Call legs to conversations: legs of one root are one conversation."""

from datetime import datetime, timedelta

from oracle.conversation import Bot, Conversation, Row, Work, identity_of, system_of

INSTANTS = ("started_at", "ivr_started_at", "ivr_ended_at", "queued_at", "answered_at", "ended_at")


def call_conversation(legs: list[Row]) -> Conversation:
    legs = sorted(legs, key=lambda leg: (leg["started_at"], leg["call_id"]))
    first, last = legs[0], legs[-1]
    answered = [leg for leg in legs if _is_answered(leg)]
    ended_in_menu = not answered and last.get("outcome") == "ivr_contained"
    hung_up = not answered and last.get("outcome") == "abandoned"
    # A contained call had an input unless it is known that it had none.
    is_served_by_menu = ended_in_menu and first.get("ivr_inputs") != 0
    menu_entered_at = _menu_entered_at(legs)
    call = Conversation(
        system=system_of(first),
        kind="call",
        source_id=first.get("root_call_id") or first["call_id"],
        number=1,
        started_at=first["started_at"],
        ended_at=max(_end(leg) for leg in legs),
        channel="phone",
        topic=_first_known(legs, "topic"),
        team=_first_known(legs, "team"),
        identity={name: _first_known(legs, name) for name in identity_of(first)},
        responder="human" if answered else "bot" if is_served_by_menu else "none",
        is_served=bool(answered) or is_served_by_menu,
        is_abandoned=hung_up,
    )
    if first.get("direction") == "outbound":
        call.exclusions.add("outbound")
    if not answered and last.get("outcome") == "failed":
        call.exclusions.add("failed")
    # Who hung up before he came out of the menu left the bot (K11).
    if ended_in_menu or (hung_up and _is_left_in_menu(first)):
        call.bot = Bot(is_engaged=first.get("ivr_inputs") != 0, is_left_without_answer=hung_up)
    if ended_in_menu and not call.bot.is_engaged:
        call.exclusions.add("unengaged")
    call.first_human_response_at = min((t for leg in answered if (t := leg.get("answered_at"))), default=None)
    responses = [t for t in (menu_entered_at, call.first_human_response_at) if t]
    call.first_response_at = min(responses, default=None)
    _resolve(call, legs)
    call.work = [stretch for leg in answered if (stretch := _work(leg))]
    call.handle_seconds = sum(stretch.seconds for stretch in call.work) if call.work else None
    return call


def _is_answered(leg: Row) -> bool:
    return leg.get("outcome") == "answered" or (
        leg.get("outcome") is None and leg.get("answered_at") is not None
    )


def _end(leg: Row) -> datetime:
    return leg.get("ended_at") or max(t for name in INSTANTS if (t := leg.get(name)))


def _menu_entered_at(legs: list[Row]) -> datetime | None:
    """A menu has done something once one valid input was given."""
    return next((leg["ivr_started_at"] for leg in legs if (leg.get("ivr_inputs") or 0) >= 1), None)


def _is_left_in_menu(leg: Row) -> bool:
    """Inbound, no queue, and the menu lasted to the end."""
    return (
        leg.get("direction") != "outbound"
        and leg.get("ivr_started_at") is not None
        and leg.get("queued_at") is None
        and (leg.get("ivr_ended_at") or leg["ended_at"]) >= leg["ended_at"]
    )


def _first_known(legs: list[Row], column: str):
    return next((leg[column] for leg in legs if leg.get(column) is not None), None)


def _resolve(call: Conversation, legs: list[Row]) -> None:
    """The last statement holds; without any, what was served and ended normally is resolved (contract)."""
    stated = [leg["resolved"] for leg in legs if leg.get("resolved") is not None]
    has_ended = any(leg.get("ended_at") for leg in legs)
    is_normal_end = has_ended and legs[-1].get("outcome") in (None, "answered", "ivr_contained")
    call.is_resolution_stated = bool(stated)
    call.is_resolved = stated[-1] if stated else call.is_served and is_normal_end
    if call.is_resolved:
        call.resolved_at = call.first_resolved_at = call.ended_at
    if call.bot and stated:
        call.bot.stated = "resolved_task" if call.is_resolved else "unresolved"


def _work(leg: Row) -> Work | None:
    """Talk with its hold, then after-call work; unknown where the answer or the end is."""
    if leg.get("answered_at") is None or leg.get("ended_at") is None:
        return None
    agent = (system_of(leg), leg["agent_id"]) if leg.get("agent_id") else None
    ended_at = leg["ended_at"] + timedelta(seconds=leg.get("wrap_seconds") or 0)
    return Work(agent, leg["answered_at"], ended_at)
