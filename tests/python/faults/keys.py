"""Keys that are missing, stand twice or lead nowhere."""

from worlds import at

from faults.fault import Fault, Reject, add, all_of, copy, hashed_id, put, refused, without

T50_CHILDREN = (
    refused("ticket_messages", "m100", "orphan", "ticket_id", "t50"),
    refused("ticket_messages", "m101", "orphan", "ticket_id", "t50"),
    refused("ticket_events", "e100", "orphan", "ticket_id", "t50"),
    refused("ticket_events", "e101", "orphan", "ticket_id", "t50"),
)
"""What a ticket takes with it when it is refused."""
T50_GONE = ("tickets/t50", *(f"{reject.table}/{reject.key}" for reject in T50_CHILDREN))
H50_CHILDREN = tuple(
    refused("chat_messages", f"c{number}", "orphan", "chat_id", "h50") for number in range(200, 204)
)
H50_GONE = ("chats/h50", *(f"{reject.table}/{reject.key}" for reject in H50_CHILDREN))


def _missing(name: str, table: str, key: str, column: str, named: str | None = None) -> Fault:
    """A required value that is empty; `named` is the key of the reject, where one is left."""
    return Fault(
        name,
        put(table, key, **{column: None}),
        rejects=(refused(table, named, "missing", column),),
        gone=(f"{table}/{key}",),
    )


def _orphan(name: str, table: str, key: str, column: str, **changes: str) -> Fault:
    """A row whose parent did not land."""
    return Fault(
        name,
        put(table, key, **changes),
        rejects=(refused(table, key, "orphan", column, changes.get(column, "t50")),),
        gone=(f"{table}/{key}",),
    )


FAULTS = (
    Fault(
        "a ticket without an id",
        put("tickets", "t50", ticket_id=None),
        rejects=(refused("tickets", None, "missing", "ticket_id"), *T50_CHILDREN),
        gone=T50_GONE,
        note="What hangs on it cannot be placed either.",
    ),
    _missing("a call whose id is blanks", "calls", "c50", "call_id"),
    _missing("an agent without an id", "agents", "a50", "agent_id"),
    _missing("a shift of nobody", "agent_shifts", "w50", "agent_id", "w50"),
    _missing("a training without a course", "agent_training", "a50|privacy", "course_id", "a50"),
    _missing("a message whose sender is not said", "ticket_messages", "m101", "sender_type", "m101"),
    _missing("an event that does not say what happened", "ticket_events", "e101", "event_type", "e101"),
    _missing("a survey that asks nothing", "surveys", "s50", "question", "s50"),
    _missing("a cost without an amount", "costs", "2025-01|facilities", "amount", "2025-01|facilities"),
    Fault(
        "a copy of a call that was loaded later",
        copy("calls", "c50", loaded_at=at("2025-02-01 00:00"), topic="late_delivery"),
        rejects=(refused("calls", "c50", "superseded"),),
        changed={"calls/c50": {"topic": "late_delivery", "loaded_at": at("2025-02-01 00:00")}},
        note="The latest loaded stays.",
    ),
    Fault(
        "a copy of a call that was loaded earlier",
        copy("calls", "c50", loaded_at=at("2025-01-09 11:00"), topic="late_delivery"),
        rejects=(refused("calls", "c50", "superseded"),),
    ),
    Fault(
        "two equal copies of a message",
        copy("chat_messages", "c200"),
        rejects=(refused("chat_messages", "c200", "superseded"),),
    ),
    Fault(
        "a copy of an agent in another team",
        copy("agents", "a50", team="back"),
        rejects=(refused("agents", "a50", "superseded"),),
        changed={"agents/a50": {"team": "back"}},
        note="Agents have no time of loading: the last in the file stays.",
    ),
    Fault(
        "an id with blanks around it, beside the same without",
        copy("calls", "c50", call_id=" c50 ", loaded_at=at("2025-02-01 00:00")),
        rejects=(refused("calls", "c50", "superseded"),),
        changed={"calls/c50": {"loaded_at": at("2025-02-01 00:00")}},
    ),
    Fault(
        "a newer copy that is broken",
        copy("calls", "c50", loaded_at=at("2025-02-01 00:00"), ended_at=at("2025-01-09 09:00")),
        rejects=(refused("calls", "c50", "end_before_start", "ended_at", at("2025-01-09 09:00")),),
        note="Only sound rows compete: the older copy stays.",
    ),
    Fault(
        "a cost month twice",
        copy("costs", "2025-01|facilities|front", amount=250, loaded_at=at("2025-04-17 07:00")),
        rejects=(refused("costs", "2025-01|facilities", "superseded"),),
        changed={"costs/2025-01|facilities|front": {"amount": 250, "loaded_at": at("2025-04-17 07:00")}},
        facts={"select sum(allocated_amount) from intermediate.int_cost_allocations": 112 * 100 + 150},
        note="It is counted once.",
        to_the_end=True,
    ),
    Fault(
        "a survey question twice",
        copy("surveys", "s50", score=3, loaded_at=at("2025-02-01 00:00")),
        rejects=(refused("surveys", "s50", "superseded"),),
        changed={"surveys/s50": {"score": 3, "loaded_at": at("2025-02-01 00:00")}},
    ),
    Fault(
        "an id that two source systems use",
        add(
            "calls",
            call_id="c50",
            source_system="other_pbx",
            started_at=at("2025-01-09 12:00"),
            ended_at=at("2025-01-09 12:05"),
            outcome="abandoned",
        ),
        added=("calls/other_pbx/c50",),
        facts={"select count(*) from core.fct_conversations where source_conversation_id = 'c50'": 2},
        note="Ids are unique within their system.",
        to_the_end=True,
    ),
    _orphan("a message of an unknown ticket", "ticket_messages", "m101", "ticket_id", ticket_id="t999"),
    _orphan("an event of an unknown ticket", "ticket_events", "e101", "ticket_id", ticket_id="t999"),
    _orphan("a message of an unknown chat", "chat_messages", "c203", "chat_id", chat_id="h999"),
    Fault(
        "a message of another system's ticket",
        put("ticket_messages", "m101", source_system="other_desk"),
        rejects=(Reject("ticket_messages", "m101", "orphan", "ticket_id", "t50"),),
        gone=("ticket_messages/m101",),
    ),
    Fault(
        "a chat without an id",
        put("chats", "h50", chat_id="  "),
        rejects=(refused("chats", None, "missing", "chat_id"), *H50_CHILDREN),
        gone=H50_GONE,
    ),
    Fault(
        "messages and events of tickets that nobody landed",
        without("tickets"),
        gone=tuple(f"tickets/t{number}" for number in range(100)),
        note="A landing without any tickets refuses no message for it.",
        to_the_end=True,
    ),
    Fault(
        "a survey about a conversation that did not land",
        put("surveys", "s50", conversation_id="t999"),
        changed={"surveys/s50": {"conversation_id": "t999"}},
        facts={
            "select attribution from core.fct_survey_responses where survey_id = 's50'": "none",
            "select count(*) from core.fct_survey_responses": 100,
        },
        note="Kept, and attributed to nothing.",
        to_the_end=True,
    ),
    Fault(
        "a call leg whose first leg did not land",
        put("calls", "c50", root_call_id="c999"),
        changed={"calls/c50": {"root_call_id": "c999"}},
        facts={
            "select count(*) from core.fct_conversations where source_conversation_id = 'c999'": 1,
            "select count(*) from core.fct_conversations": 300,
        },
        note="It is a conversation of its own, under the first leg's id.",
        to_the_end=True,
    ),
    Fault(
        "two tickets merged into each other",
        all_of(
            put("tickets", "t50", merged_into_ticket_id="t51"),
            put("tickets", "t51", merged_into_ticket_id="t50"),
        ),
        changed={
            "tickets/t50": {"merged_into_ticket_id": "t51"},
            "tickets/t51": {"merged_into_ticket_id": "t50"},
        },
        facts={
            "select string_agg(source_conversation_id || ' ' || exclusion_reason, ', ')"
            " from core.fct_conversations where not is_countable": "t51 merged_child"
        },
        note="The older one is the parent: the contact is counted once, not never.",
        to_the_end=True,
    ),
    Fault(
        "a ticket merged into itself",
        put("tickets", "t50", merged_into_ticket_id="t50"),
        changed={"tickets/t50": {"merged_into_ticket_id": "t50"}},
        facts={"select count(*) from core.fct_conversations where not is_countable": 0},
        note="It stays a contact.",
        to_the_end=True,
    ),
    Fault(
        "an agent's id that is a customer's too",
        all_of(
            put("tickets", "t50", customer_id="x7", customer_email=None),
            put("calls", "c60", agent_id="x7"),
        ),
        changed={
            "tickets/t50": {"customer_id": hashed_id("x7"), "customer_email": None},
            "calls/c60": {"agent_id": "x7"},
        },
        facts={
            "select is_registered from core.dim_agents where agent_id = 'x7'": False,
            "select count(distinct customer_id) from core.fct_conversations"
            " where source_conversation_id in ('t50', 'c60')": 2,
        },
        note="Ids of agents and of customers are different things.",
    ),
    Fault(
        "a bot that the agents do not list",
        put("chats", "h50", bot_id="bot_99"),
        changed={"chats/h50": {"bot_id": "bot_99"}},
        facts={"select responder from core.fct_conversations where source_conversation_id = 'h50'": "bot"},
        note="A bot all the same.",
    ),
    Fault(
        "a shift of an agent whom the agents do not list",
        put("agent_shifts", "w50", agent_id="a999"),
        changed={"agent_shifts/w50": {"agent_id": "a999"}},
        facts={"select is_registered from core.dim_agents where agent_id = 'a999'": False},
    ),
)
