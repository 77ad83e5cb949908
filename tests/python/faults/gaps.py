"""What does not speak our language: words that nobody knows, identifiers that are nobody's, missing parts."""

from worlds import World

from faults.fault import Fault, Reject, all_of, hashed_id, mapped, put, refused, repaired

CONVERSATION = (
    "select {} from core.fct_conversations where source_type = '{}' and source_conversation_id = '{}'"
)


def _nobody(name: str, column: str, landed: str) -> Fault:
    """An identifier of a ticket that names nobody: it is not shown, since a broken one may be somebody's."""
    return Fault(
        name,
        put("tickets", "t50", **{column: landed}),
        rejects=(repaired("tickets", "t50", "nobody", column, None),),
        changed={"tickets/t50": {column: None}},
    )


def _same(name: str, column: str, landed: str, note: str) -> Fault:
    """Another way to write what the ticket's survey holds, too."""
    return Fault(name, put("surveys", "s50", **{column: landed}), note=note)


def _numbered_anew(world: World) -> None:
    """Messages 1 to 4 of each chat."""
    for number, row in enumerate(world.tables["chat_messages"]):
        row["message_id"] = f"{number % 4 + 1}"


FAULTS = (
    Fault(
        "a direction that nobody knows",
        put("calls", "c50", direction="sideways"),
        rejects=(mapped("calls", "c50", "direction", "sideways"),),
        changed={"calls/c50": {"direction": "other"}},
        facts={CONVERSATION.format("exclusion_reason", "call", "c50"): "unmapped"},
        note="Neither inbound nor outbound: it is excluded as `unmapped`.",
    ),
    Fault(
        "more statuses that nobody knows than a run can do with",
        all_of(*(put("tickets", f"t{number}", status="limbo") for number in (50, 51, 52))),
        error=("tickets.status", "3 of 100 rows", "words that nobody knows"),
    ),
    Fault(
        "an outcome that only says that the call is over",
        put("calls", "c50", outcome="beendet"),
        rejects=(Reject("calls", "c50", "word_that_says_nothing", "outcome", "beendet", "mapping"),),
        changed={"calls/c50": {"is_outcome_stated": False, "outcome_word": "unstated"}},
        note="The instant of its answer says the rest.",
    ),
    Fault(
        "a call that was abandoned and answered",
        put("calls", "c50", outcome="abandoned"),
        rejects=(repaired("calls", "c50", "answered_all_the_same", "outcome", "abandoned"),),
        changed={"calls/c50": {"outcome_word": "abandoned"}},
        note="It counts once: the instant is the firmer fact.",
    ),
    Fault(
        "a queued call without an outcome, an answer or an agent",
        put("calls", "c50", outcome=None, answered_at=None, agent_id=None, resolved=None),
        changed={
            "calls/c50": {
                "call_outcome": "unanswered",
                "answered_at": None,
                "agent_id": None,
                "is_stated_resolved": None,
                "is_outcome_stated": False,
                "outcome_word": None,
            }
        },
        facts={
            CONVERSATION.format("queue_outcome || ', ' || queue_outcome_evidence", "call", "c50"): (
                "abandoned, inferred"
            )
        },
        note="Abandoned, by inference.",
    ),
    _nobody("a customer whom a tool calls anonymous", "customer_id", "anonymous"),
    _nobody("a customer's id that a spreadsheet has rounded", "customer_id", "4.49771E+11"),
    _nobody("a number that is withheld", "customer_phone", "Restricted"),
    _nobody("a number of one digit", "customer_phone", "0000000000"),
    Fault(
        "a customer's id from a data frame",
        put("tickets", "t50", customer_id="500.0"),
        changed={"tickets/t50": {"customer_id": hashed_id("500")}},
        note="The same as `500`.",
    ),
    _same(
        "an address with its owner's name", "customer_email", '"Ann" <T50@Example.org>', "The address alone."
    ),
    Fault(
        "a call's id that a spreadsheet has rounded",
        put("calls", "c50", call_id="4.49771E+11"),
        rejects=(refused("calls", "4.49771E+11", "shortened_number", "call_id", "4.49771E+11"),),
        gone=("calls/c50",),
        note="It may be several calls'.",
    ),
    Fault(
        "a topic of N/A",
        put("tickets", "t50", topic="N/A"),
        changed={"tickets/t50": {"topic": None}},
        note="What exports write for nothing is nothing.",
    ),
    Fault(
        "a ticket that a telephone tool wrote about a call",
        put("tickets", "t50", call_id="c50"),
        changed={"tickets/t50": {"call_id": "c50"}},
        facts={CONVERSATION.format("exclusion_reason", "ticket", "t50"): "record_of_contact"},
        note="One contact: the ticket is its record.",
    ),
    Fault(
        "a person's message by a bot of the roster",
        put("ticket_messages", "m101", sender_id="bot_1"),
        rejects=(repaired("ticket_messages", "m101", "bot_on_the_roster", "sender_type", None),),
        changed={"ticket_messages/m101": {"sender_id": "bot_1", "sender_type": "bot"}},
        note="The roster holds.",
    ),
    Fault(
        "a hold longer than the talk",
        put("calls", "c50", hold_seconds=400.0),
        rejects=(repaired("calls", "c50", "out_of_range", "hold_seconds", 400.0),),
        changed={"calls/c50": {"hold_seconds": None}},
        note="The talk would be negative.",
    ),
    Fault(
        "a row that was deleted at its source",
        put("calls", "c50", _fivetran_deleted=True),
        rejects=(refused("calls", "c50", "deleted_at_source"),),
        gone=("calls/c50",),
    ),
    Fault(
        "messages that are numbered anew in each chat",
        _numbered_anew,
        error=("chat_messages", "message_id", "begins anew in each chat_id"),
    ),
)
