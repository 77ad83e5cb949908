"""Net promoter score (K41): one answer per customer in 90 days, the latest."""

from collections import defaultdict
from datetime import timedelta

from oracle.conversation import Row, system_of
from oracle.identity import Customers

SURVEY_WINDOW = timedelta(days=7)
ONE_ANSWER_PER = timedelta(days=90)


def nps_answers(surveys: list[Row], customers: Customers) -> list[Row]:
    """The answers that count: given in time, on the scale 0-10, not superseded."""
    answers = [
        row
        for row in surveys
        if row["question"] == "nps"
        and row.get("score") is not None
        and row.get("responded_at") is not None
        and row["responded_at"] <= row["sent_at"] + SURVEY_WINDOW
        and (row.get("scale_min"), row.get("scale_max")) in ((0, 10), (None, None))
    ]
    of_customer = defaultdict(list)
    counted = []
    for row in answers:
        customer = customers.customer(row)
        (counted if customer is None else of_customer[customer]).append(row)
    for rows in of_customer.values():
        rows.sort(key=lambda row: (row["responded_at"], system_of(row), row["survey_id"]))
        for row, later in zip(rows, [*rows[1:], None], strict=True):
            if later is None or later["responded_at"] - row["responded_at"] > ONE_ANSWER_PER:
                counted.append(row)
    return counted


def nps_balance(answers: list[Row]) -> int:
    """Promoters less detractors."""
    return sum((row["score"] >= 9) - (row["score"] <= 6) for row in answers)
