"""A clean landing of all twelve tables: every row is accepted, nothing is repaired or mapped, no test fails.

A hundred of each kind of contact, one every other day, so that one rejected row is below the limit of 2 %.
Number 50 of each kind is the one that most faults are put into.
"""

from datetime import datetime, timedelta

from worlds import World, at, hours, seconds

FIRST_DAY = at("2024-10-01 09:00")
DAYS = 200
AS_OF = at("2025-04-17 10:55")
"""The newest instant of the golden landing."""
RUN_CLOCK = at("2025-04-18 06:00")
MONTHS = ("2024-10", "2024-11", "2024-12", "2025-01", "2025-02", "2025-03", "2025-04")
POOLS = (
    "agent_labour",
    "supervision",
    "bot_platform",
    "telephony",
    "licences",
    "facilities",
    "training",
    "other",
)


def golden() -> World:
    """The clean landing's rows."""
    world = World()
    for number in range(DAYS // 2):
        day = FIRST_DAY + timedelta(days=2 * number)
        _ticket(world, number, day)
        _chat(world, number, day + hours(1))
        _call(world, number, day + hours(2) - seconds(600))
        _survey(world, number, day)
        _operations(world, number, day)
    _costs(world)
    world.add("agents", agent_id="bot_1", is_bot=True)
    return world


def _ticket(world: World, number: int, day: datetime) -> None:
    ticket = f"t{number}"
    world.solved_ticket(
        ticket,
        day,
        day + seconds(600),
        day + seconds(1200),
        updated_at=day + seconds(1200),
        closed_at=day + seconds(1800),
        due_at=day + hours(24),
        priority="normal",
        team="front",
        merged_into_ticket_id=None,
        assigned_agent_id="a1",
        source_system=None,
        loaded_at=day + hours(5),
    )
    world.event(ticket, day + seconds(1200), "work_logged", work_seconds=300)


def _chat(world: World, number: int, start: datetime) -> None:
    world.chat(
        f"h{number}",
        start,
        [(0, "customer"), (5, "bot"), (30, "customer"), (40, "bot")],
        outcome="resolved_confirmed",
        source_system=None,
        loaded_at=start + hours(5),
    )
    for message in world.tables["chat_messages"][-4:]:
        message.update(intent="invoice", intent_confidence=0.9, sentiment=0.1)


def _call(world: World, number: int, start: datetime) -> None:
    world.call(
        f"c{number}",
        start,
        root_call_id=f"c{number}",
        ivr_started_at=start,
        ivr_ended_at=start + seconds(20),
        ivr_inputs=1,
        queued_at=start + seconds(20),
        answered_at=start + seconds(30),
        hold_seconds=15,
        wrap_seconds=30,
        agent_id="a2",
        team="front",
        source_system=None,
        loaded_at=start + hours(5),
    )


def _survey(world: World, number: int, day: datetime) -> None:
    world.survey(
        f"s{number}",
        "nps",
        9,
        day + seconds(1300),
        conversation_type="ticket",
        conversation_id=f"t{number}",
        responded_at=day + seconds(2000),
        scale_min=0,
        scale_max=10,
        mode="email",
        source_system=None,
        customer_email=f"t{number}@example.org",
        comment_length=12,
        loaded_at=day + hours(5),
    )


def _operations(world: World, number: int, day: datetime) -> None:
    agent = f"a{number}"
    world.add(
        "agents",
        agent_id=agent,
        source_system=None,
        team="front",
        is_bot=False,
        hired_at=at("2020-01-01 00:00"),
        left_at=at("2030-01-01 00:00"),
        hourly_cost=30,
        max_concurrent_chats=3,
    )
    world.add(
        "agent_shifts",
        shift_id=f"w{number}",
        agent_id="a1",
        source_system=None,
        started_at=day - hours(1),
        ended_at=day + hours(7),
        break_seconds=1800,
        is_absence=False,
    )
    world.add(
        "agent_training",
        agent_id=agent,
        source_system=None,
        course_id="privacy",
        assigned_at=FIRST_DAY,
        due_at=FIRST_DAY + timedelta(days=30),
        completed_at=FIRST_DAY + timedelta(days=20),
        assessed_at=FIRST_DAY + timedelta(days=21),
        passed=True,
    )
    world.add(
        "self_service_sessions",
        session_id=f"v{number}",
        source_system=None,
        customer_id=None,
        customer_email=f"v{number}@example.org",
        started_at=day,
        ended_at=day + seconds(300),
        topic="invoice_question",
        pages_viewed=3,
        contact_intent=True,
        task="change_address",
        task_steps=4,
        task_completed=True,
        process_succeeded=True,
        loaded_at=day + hours(5),
    )


def _costs(world: World) -> None:
    for month in MONTHS:
        for pool in POOLS:
            for team in ("front", None):
                world.add(
                    "costs", cost_month=month, pool=pool, team=team, channel=None, amount=100, currency="EUR",
                    loaded_at=at("2025-04-17 06:00"),
                )  # fmt: skip
