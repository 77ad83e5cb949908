"""What a conversation counts as in a KPI, in sentences."""

from sqlglot import exp

from service_kpis.explain.card import Row
from service_kpis.explain.counted import ROLES, Evaluator
from service_kpis.explain.definitions import Node
from service_kpis.explain.reasons import ALL, Reason, Reasons, said

SHOWN_ROWS = 20
SHOWN = (
    "channel",
    "topic",
    "team",
    "responder",
    "customer_id",
    "issue_id",
    "resolved_at",
    "bot_outcome",
    "exclusion_reason",
)
NEXT_CONTACTS = {
    "next_same_topic_contact_at": "next contact about the same topic",
    "next_any_contact_at": "next contact about anything",
}
HOLDS = {True: "yes", False: "no", None: "?"}


def verdict(evaluator: Evaluator, kpi: Row, conversation: Row) -> list[str]:
    """Whether and why the conversation is in the numerator, the denominator, the pending or the excluded."""
    families = {role: _family(evaluator, kpi, role) for role in ROLES if kpi[f"{role}_measure"]}
    family = families["denominator"]
    counts, key = family.counts, family.key
    lines = [*_conversation(evaluator, conversation), ""]
    if key is None:
        return [*lines, f"{kpi['kpi_id']} counts {counts}, which belong to no conversation.", family.about]
    if conversation[key] is None:
        return [*lines, f"{kpi['kpi_id']} counts {counts}; this conversation has none: no {key}."]
    if counts != "conversations":
        found = evaluator.contexts(family, conversation)[0]
        lines += [f"{kpi['kpi_id']} counts {counts}, not conversations. Those of this conversation:"]
        lines += [f"  row {number}: {_row(row)}" for number, row in enumerate(found, start=1)] or ["  none"]
    added = {
        role: evaluator.measures(families[role], conversation)[kpi[f"{role}_measure"]] for role in families
    }
    lines += [_summary(kpi, added)]
    told: set[Reason] = set()
    for role, value in added.items():
        if role == "denominator" or value or (role == "numerator" and added["denominator"]):
            lines += ["", *_role(evaluator, kpi, role, families[role], conversation, value, told)]
    return lines


def _family(evaluator: Evaluator, kpi: Row, role: str) -> Node:
    return evaluator.definitions.family_of[kpi[f"{role}_measure"]]


def _conversation(evaluator: Evaluator, conversation: Row) -> list[str]:
    """What the conversation is, and what followed it."""
    told = {name: conversation[name] for name in SHOWN if conversation[name] is not None}
    lines = [
        f"Conversation {conversation['conversation_id']}: {conversation['source_type']} "
        f"{conversation['source_conversation_id']} of {conversation['source_system']}, "
        f"{conversation['started_at']} to {conversation['ended_at']} UTC",
        ", ".join(f"{name} {said(value)}" for name, value in told.items()),
    ]
    for column, name in NEXT_CONTACTS.items():
        if conversation[column] is not None:
            contact = evaluator.next_contact(conversation, column)
            which = f", conversation {contact['conversation_id']}" if contact else ""
            lines.append(f"{name}: {conversation[column]}{which}")
    return lines


def _summary(kpi: Row, added: Row) -> str:
    """The answer in one sentence."""
    if added["denominator"]:
        if kpi["statistic"] == "percentile":
            return f"It is one of those among which the percentile is taken, with {said(added['numerator'])}."
        if not added["numerator"]:
            return f"It counts in the denominator ({said(added['denominator'])}) and not in the numerator."
        return (
            f"It counts in the denominator ({said(added['denominator'])}) "
            f"and in the numerator ({said(added['numerator'])})."
        )
    if added.get("pending"):
        return "It is pending: neither in the numerator nor in the denominator, until its time has passed."
    if added["numerator"]:
        return f"It adds {said(added['numerator'])} to the numerator and nothing to the denominator."
    if added.get("excluded"):
        return "It is left out: neither in the numerator nor in the denominator, and not pending."
    return "It counts in nothing here: none of what this KPI counts belongs to it."


def _role(
    evaluator: Evaluator,
    kpi: Row,
    role: str,
    family: Node,
    conversation: Row,
    value: object,
    told: set[Reason],
) -> list[str]:
    """A measure, what is added to it, and the conditions that decided, row by row."""
    measure = kpi[f"{role}_measure"]
    lines = [f"{role.capitalize()}: {said(value or 0)} [{measure}: {family.descriptions[measure]}]"]
    found, *inputs = evaluator.contexts(family, conversation)
    # The rows were listed as the denominator's family has them.
    is_numbered = family.counts != "conversations" and family is _family(evaluator, kpi, "denominator")
    for number, row in enumerate(found[:SHOWN_ROWS], start=1):
        indent = "  "
        if is_numbered:
            lines += [f"  row {number}"]
            indent += "  "
        reasons = Reasons(evaluator, family, row, inputs)
        parts = reasons.parts(measure)
        for part_number, part in enumerate(parts, start=1):
            lines += [f"{indent}part {part_number} of {len(parts)}"] if len(parts) > 1 else []
            reason = reasons.of(part.condition) if part.condition else None
            lines += _lines(reason, indent, told) if reason else []
            is_added = reason.holds if reason else reasons.value(part.added) is not None
            if is_added and part.added.find(exp.Column):
                lines += [f"{indent}added: {reasons.told(part.added)}"]
    return lines


def _row(row: Row) -> str:
    """What tells a row from others."""
    told = {name: value for name, value in row.items() if value is not None and not isinstance(value, bool)}
    return ", ".join(f"{name} {said(value)}" for name, value in told.items())


def _lines(reason: Reason, indent: str, told: set[Reason]) -> list[str]:
    """The reason and what it rests on, deeper ones further in; what was told already is not told again."""
    if reason.text == ALL:
        return [line for part in reason.because for line in _lines(part, indent, told)]
    stands = reason.holds if not reason.is_negated or reason.holds is None else not reason.holds
    needed = ", and must not be" if reason.is_negated and stands else ""
    lines = [f"{indent}{HOLDS[stands]:<4}{reason.text}{needed}"]
    if reason not in told:
        told.add(reason)
        lines += [line for deeper in reason.because for line in _lines(deeper, indent + "    ", told)]
    return lines
