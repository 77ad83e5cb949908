"""Net promoter score (K41): one answer per customer in 90 days, the latest."""

from collections import defaultdict
from datetime import datetime, timedelta

from oracle.conversation import Conversation, Row
from oracle.identity import Customers

SURVEY_WINDOW = timedelta(days=7)
ONE_ANSWER_PER = timedelta(days=90)


def nps_answers(surveys: list[Row], customers: Customers, conversations: list[Conversation]) -> list[Row]:
    """The answers that count: given in time, on the scale 0-10, not superseded by another that counts."""
    answers = [
        row
        for row in surveys
        if row["question"] == "nps"
        and row.get("score") is not None
        and answered_at(row) <= row["sent_at"] + SURVEY_WINDOW
        and (row.get("scale_min") or 0, row.get("scale_max") or 10) == (0, 10)
    ]
    asked_about = {(one.kind, one.system, one.source_id): one.customer for one in conversations}
    of_customer = defaultdict(list)
    counted = []
    for row in answers:
        named = (
            row.get("conversation_type"),
            row.get("conversation_source_system"),
            row.get("conversation_id"),
        )
        customer = asked_about.get(named) or customers.customer(row)
        (counted if customer is None else of_customer[customer]).append(row)
    for rows in of_customer.values():
        rows.sort(key=answered_at)
        for row, later in zip(rows, [*rows[1:], None], strict=True):
            if later is None or answered_at(later) - answered_at(row) > ONE_ANSWER_PER:
                counted.append(row)
    return counted


def answered_at(row: Row) -> datetime:
    """An answer without its instant counts when it was asked for."""
    return row.get("responded_at") or row["sent_at"]


def nps_balance(answers: list[Row]) -> int:
    """Promoters less detractors."""
    return sum((row["score"] >= 9) - (row["score"] <= 6) for row in answers)
