"""What a landed contact becomes."""

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from oracle.instants import Day, seconds_between

Row = dict[str, Any]
Key = tuple[str, str, str, int]  # source system, type, id in the source, number within it
Spell = tuple[datetime, datetime | None]

DEFAULT_SYSTEM = "default"
# Of these exclusions the customer did not begin the contact.
NOT_INBOUND = {"outbound", "internal", "unmapped"}


@dataclass
class Work:
    """One stretch of an agent's work on a conversation."""

    agent: tuple[str, str] | None
    started_at: datetime
    ended_at: datetime
    seconds_shared: Fraction = Fraction(0)

    @property
    def seconds(self) -> Fraction:
        return seconds_between(self.started_at, self.ended_at)


@dataclass
class Bot:
    """What the outcome tree (K10) needs to know of a conversation with a bot."""

    is_engaged: bool
    is_blocked: bool = False
    is_handed_over: bool = False
    has_human_turn: bool = False
    stated: str | None = None
    is_left_without_answer: bool = False
    outcome: str | None = None


@dataclass
class Queue:
    """Somebody who asked for a person (K27): what became of them, who says so, and how long it took."""

    outcome: str
    is_stated: bool = True
    wait_seconds: Fraction | None = None


@dataclass
class Conversation:
    system: str
    kind: str
    source_id: str
    number: int
    started_at: datetime
    ended_at: datetime
    channel: str | None
    topic: str | None
    team: str | None
    identity: Row
    responder: str
    exclusions: set[str] = field(default_factory=set)
    is_served: bool = False
    # Who asked is answered from here on (F15): the customer's first word, where it is later than the start.
    asked_at: datetime | None = None
    first_response_at: datetime | None = None
    first_human_response_at: datetime | None = None
    handover_requested_at: datetime | None = None
    # Nothing says whether anybody responded.
    is_response_hidden: bool = False
    first_resolved_at: datetime | None = None
    resolved_at: datetime | None = None
    # None: only a word that nobody knows would say it.
    is_resolved: bool | None = False
    is_resolution_stated: bool = False
    is_escalated: bool = False
    # None: nobody knows who reopened it.
    is_reopened: bool | None = False
    reopened_at: datetime | None = None
    # The conversation of the same ticket that came after this one.
    revival: "Conversation | None" = None
    is_abandoned: bool = False
    is_outcome_unknown: bool = False
    queue: Queue | None = None
    handle_seconds: Fraction | None = None
    hold_seconds: float | None = None
    bot_handle_seconds: Fraction | None = None
    work: list[Work] = field(default_factory=list)
    # When the ticket stood open (K07); None as an end: still.
    open_spells: list[Spell] = field(default_factory=list)
    bot: Bot | None = None
    has_record: bool = False
    # Orders contacts of one instant (K01): the key under which they are published.
    conversation_id: str = ""
    # Found later: who the customer is, and who came back.
    customer: Any = None
    is_weakly_identified: bool = False
    next_same_topic_at: datetime | None = None
    next_any_topic_at: datetime | None = None
    repeats: dict[str, bool] = field(default_factory=dict)
    is_mature: dict[str, bool] = field(default_factory=dict)
    is_left_censored: dict[str, bool] = field(default_factory=dict)
    fcr: dict[str, bool] = field(default_factory=dict)
    first_response_business_seconds: Fraction | None = None
    first_human_response_business_seconds: Fraction | None = None
    resolution_business_seconds: Fraction | None = None

    @property
    def key(self) -> Key:
        return self.system, self.kind, self.source_id, self.number

    @property
    def is_countable(self) -> bool:
        return not self.exclusions

    @property
    def is_inbound(self) -> bool:
        return self.is_outcome_unknown or not self.exclusions & NOT_INBOUND

    @property
    def is_anchor(self) -> bool:
        """An inbound, countable, served conversation of an identified customer, whose end can be told."""
        # Whether a ticket was solved within an hour of a day cannot be told.
        is_of_day = self.kind == "ticket" and isinstance(self.started_at, Day)
        is_over = self.resolved_at == self.first_resolved_at
        can_be_told = self.is_resolved is not None and not is_of_day
        is_undated = self.kind == "ticket" and self.is_resolved and self.first_resolved_at is None
        can_be_told = can_be_told and (self.is_reopened is not None or is_over) and not is_undated
        return self.is_countable and self.is_served and self.customer is not None and can_be_told

    @property
    def resolution_evidence(self) -> str:
        if self.is_resolved is None:
            return "unmapped"
        if self.is_resolution_stated:
            return "stated"
        return "inferred" if self.is_resolved else "none"

    @property
    def allocated_seconds(self) -> Fraction | None:
        return sum(stretch.seconds_shared for stretch in self.work) if self.work else None

    @property
    def response_clock_at(self) -> datetime:
        return self.asked_at or self.started_at

    @property
    def human_clock_started_at(self) -> datetime:
        """From the request for a person, of a conversation in which none has answered before (K25)."""
        asked_at, answered_at = self.handover_requested_at, self.first_human_response_at
        is_early = asked_at and answered_at and answered_at < asked_at
        return asked_at if asked_at and not is_early else self.response_clock_at

    @property
    def is_response_unknown(self) -> bool:
        """Somebody responded, nobody knows when; or nothing tells whether."""
        return self.first_response_at is None and (self.is_served or self.is_response_hidden)

    @property
    def first_response_seconds(self) -> Fraction | None:
        return seconds_between(self.response_clock_at, self.first_response_at)

    @property
    def first_human_response_seconds(self) -> Fraction | None:
        return seconds_between(self.human_clock_started_at, self.first_human_response_at)

    @property
    def resolution_seconds(self) -> Fraction | None:
        return seconds_between(self.started_at, self.resolved_at)


def system_of(row: Row) -> str:
    return row.get("source_system") or DEFAULT_SYSTEM


def identity_of(row: Row) -> Row:
    return {name: row.get(name) for name in ("customer_id", "customer_email", "customer_phone")}


def responder_of(has_bot: bool, has_human: bool) -> str:
    return {(True, True): "hybrid", (True, False): "bot", (False, True): "human"}.get(
        (has_bot, has_human), "none"
    )


def is_reply(message: Row) -> bool:
    """A public word of a person or a bot that is not automatic: what ends the wait (F2)."""
    return message["sender_type"] in ("agent", "bot") and is_public_word(message)


def is_customer_turn(message: Row) -> bool:
    return message["sender_type"] == "customer" and not message.get("is_automated")


def is_public_word(message: Row) -> bool:
    return message.get("is_public") is not False and not message.get("is_automated")
