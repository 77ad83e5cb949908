"""Call legs to conversations: legs of one root are one conversation."""

from datetime import datetime, timedelta

from oracle.conversation import Bot, Conversation, Queue, Row, Work, identity_of, system_of
from oracle.instants import LONGEST_WORK, seconds_between
from oracle.words import COMPLETED, UNKNOWN, is_known

INSTANTS = ("started_at", "ivr_started_at", "ivr_ended_at", "queued_at", "answered_at", "ended_at")
HUNG_UP = ("abandoned", "unanswered")
FLOWED_OUT = ("voicemail", "callback_requested", "overflow")
EXCLUDED_DIRECTIONS = {"outbound": "outbound", "internal": "internal", UNKNOWN: "unmapped"}


def call_conversation(legs: list[Row], tool_lands_answers: bool, tool_lands_ends: bool) -> Conversation:
    legs = [_read(leg, tool_lands_answers) for leg in sorted(legs, key=_order)]
    first, last = legs[0], legs[-1]
    answered = [leg for leg in legs if leg["outcome"] == "answered"]
    ended_in_menu = not answered and last["outcome"] == "ivr_contained"
    hung_up = not answered and last["outcome"] in HUNG_UP
    # A contained call had an input unless it is known that it had none.
    is_served_by_menu = ended_in_menu and first.get("ivr_inputs") != 0
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
    if first.get("direction") in EXCLUDED_DIRECTIONS:
        call.exclusions.add(EXCLUDED_DIRECTIONS[first["direction"]])
    if not answered and last["outcome"] == "failed":
        call.exclusions.add("failed")
    if not answered and last["outcome"] == "unknown":
        call.is_outcome_unknown = not call.exclusions
        call.exclusions.add("unmapped")
    # Who hung up before they came out of the menu left the bot (K11), if it is told what they entered (F10).
    is_left_in_menu = hung_up and len(legs) == 1 and _is_left_in_menu(first)
    if ended_in_menu or (is_left_in_menu and first.get("ivr_inputs") is not None):
        call.bot = Bot(is_engaged=first.get("ivr_inputs") != 0, is_left_without_answer=hung_up)
    if ended_in_menu and not call.bot.is_engaged:
        call.exclusions.add("unengaged")
    _respond(call, legs, answered)
    _resolve(call, legs, tool_lands_ends)
    call.queue = _queue(call, legs, is_left_in_menu)
    call.work = [stretch for leg in answered if (stretch := _work(leg))]
    call.handle_seconds = sum(stretch.seconds for stretch in call.work) if call.work else None
    held = [seconds for leg in answered if (seconds := _hold(leg)) is not None]
    call.hold_seconds = sum(held) if held else None
    return call


def _order(leg: Row) -> tuple[datetime, str]:
    return leg["started_at"], leg["call_id"]


def _read(leg: Row, tool_lands_answers: bool) -> Row:
    """The leg with the outcome that its word and the facts beside it come to (F10, F11)."""
    outcome = _outcome(leg, tool_lands_answers)
    landed = {"landed_outcome": leg.get("outcome")}
    if outcome == "answered" and leg["is_bot"]:
        # A bot on the telephone is a menu from its answer to its end.
        menu = {
            "ivr_started_at": leg.get("ivr_started_at") or leg.get("answered_at"),
            "ivr_ended_at": leg.get("ended_at"),
            "answered_at": None,
        }
        if leg.get("answered_at") and leg.get("ivr_inputs") is None:
            # It answered, which no menu does of itself.
            menu["ivr_inputs"] = 1
        return leg | landed | menu | {"outcome": "ivr_contained"}
    return leg | landed | {"outcome": outcome}


def _outcome(leg: Row, tool_lands_answers: bool) -> str:
    word = leg.get("outcome")
    says_little = not is_known(word)
    if leg.get("answered_at"):
        is_talk_after_all = word == "voicemail" and leg.get("agent_id") and not leg["is_bot"]
        return "answered" if says_little or word in HUNG_UP or is_talk_after_all else word
    if says_little and not tool_lands_answers:
        # A word that says little is all there is to know; without any, nobody answered.
        is_connected = word == COMPLETED and not _lasts_in_the_menu(leg)
        return "answered" if leg.get("agent_id") or is_connected else "unknown" if word else "unanswered"
    return "unanswered" if says_little else word


def _end(leg: Row) -> datetime:
    return leg.get("ended_at") or max(t for name in INSTANTS if (t := leg.get(name)))


def _respond(call: Conversation, legs: list[Row], answered: list[Row]) -> None:
    """A menu has done something once one valid input was given."""
    menu_at = next((leg.get("ivr_started_at") for leg in legs if (leg.get("ivr_inputs") or 0) >= 1), None)
    if answered and answered[0].get("answered_at"):
        call.first_human_response_at = min(at for leg in answered if (at := leg.get("answered_at")))
    responses = [at for at in (menu_at, call.first_human_response_at) if at]
    call.first_response_at = min(responses, default=None)


def _is_left_in_menu(leg: Row) -> bool:
    """Inbound, no queue, and the menu lasted to the end."""
    is_queued = leg.get("queued_at") is not None
    return leg.get("direction") != "outbound" and not is_queued and _lasts_in_the_menu(leg)


def _lasts_in_the_menu(leg: Row) -> bool:
    left_at, ended_at = leg.get("ivr_ended_at"), leg.get("ended_at")
    lasted = left_at is None or (ended_at is not None and left_at >= ended_at)
    return bool(leg.get("ivr_started_at")) and lasted


def _first_known(legs: list[Row], column: str):
    return next((leg[column] for leg in legs if leg.get(column) is not None), None)


def _resolve(call: Conversation, legs: list[Row], tool_lands_ends: bool) -> None:
    """The last statement holds; without any, what was served and ended normally is resolved (contract).

    When it was is known where the end is (F11).
    """
    stated = [leg["resolved"] for leg in legs if leg.get("resolved") is not None]
    has_ended = any(leg.get("ended_at") for leg in legs)
    is_normal_end = (has_ended or not tool_lands_ends) and legs[-1]["outcome"] in (
        "answered",
        "ivr_contained",
    )
    call.is_resolution_stated = bool(stated)
    call.is_resolved = stated[-1] if stated else call.is_served and is_normal_end
    if call.is_resolved and has_ended:
        call.resolved_at = call.first_resolved_at = call.ended_at
    if call.bot and stated:
        call.bot.stated = "resolved_task" if call.is_resolved else "unresolved"


def _queue(call: Conversation, legs: list[Row], is_left_in_menu: bool) -> Queue | None:
    """The wait begins with the first queue, else with the end of the menu, else with the start."""
    first, last = legs[0], legs[-1]
    queued_at = first.get("queued_at") or first.get("ivr_ended_at") or call.started_at
    if call.responder == "human":
        return Queue("answered", True, seconds_between(queued_at, call.first_human_response_at))
    ended_at = call.ended_at if last.get("ended_at") else None
    if last["outcome"] in FLOWED_OUT:
        return Queue(last["outcome"], True, seconds_between(queued_at, ended_at))
    if not call.is_abandoned:
        return None
    is_stated = any(leg["landed_outcome"] in HUNG_UP for leg in legs)
    if is_left_in_menu:
        return Queue("left_in_menu", is_stated)
    return Queue("abandoned", is_stated, seconds_between(queued_at, ended_at))


def _work(leg: Row) -> Work | None:
    """Talk with its hold, then after-call work; unknown where the answer or the end is."""
    if seconds_between(leg.get("answered_at"), leg.get("ended_at")) is None:
        return None
    agent = (system_of(leg), leg["agent_id"]) if leg.get("agent_id") else None
    wrap_seconds = leg.get("wrap_seconds") or 0
    ended_at = leg["ended_at"] + timedelta(seconds=wrap_seconds if wrap_seconds <= LONGEST_WORK else 0)
    return Work(agent, leg["answered_at"], ended_at)


def _hold(leg: Row) -> float | None:
    """Nobody holds for longer than they talk, nor than the call or a day: such a number is broken."""
    held, ended_at = leg.get("hold_seconds"), leg.get("ended_at")
    whole = seconds_between(leg.get("answered_at") or leg["started_at"], ended_at)
    limit = LONGEST_WORK if whole is None else min(whole, LONGEST_WORK)
    return None if held is None or held > limit else held
