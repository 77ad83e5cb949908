"""The questions of analyses/ run on a published warehouse, say what they show, and find what was planted."""

import datetime as dt
import json
import re
from collections import defaultdict
from pathlib import Path

import duckdb
import numpy as np
import pytest
from runs import publish
from worlds import World, at

from service_kpis.generate import chats, world
from service_kpis.generate.clock import seed_rows, team_calendars

CHECKOUT = Path(__file__).resolve().parents[2]
QUESTIONS = {path.stem: path.read_text(encoding="utf-8") for path in (CHECKOUT / "analyses").glob("*.sql")}
every_question = pytest.mark.parametrize("question", sorted(QUESTIONS))

PUBLIC = {"core", "marts", "quality"}
CHAT_CHANNELS = {world.CHANNELS[code] for code, _ in world.CHANNEL_SHARES[world.CHAT]}
MAIL_CHANNELS = {"email", "web_form", "social"}


def header(question):
    """The parts of the comment above a query, by name; what it asks is `Question`."""
    lines = [
        line.removeprefix("--").rstrip() for line in QUESTIONS[question].splitlines() if line[:2] == "--"
    ]
    parts, name = {"Question": lines[0].strip()}, ""
    for line in lines[1:]:
        if start := re.match(r" (Read|Beware|KPIs|Columns):(.*)", line):
            name, line = start.groups()
        parts[name] = f"{parts.get(name, '')}{line}\n"
    return parts


def documented_columns(question):
    named = re.findall(r"^ {3}([a-z]\w*(?:, \w+)*):", header(question)["Columns"], flags=re.M)
    return [column for names in named for column in names.split(", ")]


def ask(connection, question):
    cursor = connection.execute(QUESTIONS[question])
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def total(rows, column):
    return sum(row[column] for row in rows)


# The files.


def test_there_are_twenty_and_each_is_listed():
    assert len(QUESTIONS) == 20
    for index in ("README.md", "analyses/README.md"):
        linked = re.findall(r"\((?:analyses/)?(\w+)\.sql\)", (CHECKOUT / index).read_text(encoding="utf-8"))
        assert sorted(linked) == sorted(QUESTIONS), index


@every_question
def test_a_question_says_how_to_read_its_answer(question):
    parts = header(question)
    assert parts["Question"].endswith("?")
    assert all(parts[name].strip() for name in ("Read", "Beware", "KPIs", "Columns"))
    assert len(QUESTIONS[question].splitlines()) <= 110


# On demo data.


@pytest.fixture(scope="module")
def asked(planted):
    """A published warehouse of demo data, with the planted truth as the table `truth`."""
    with duckdb.connect(planted / "warehouse.duckdb", read_only=True) as connection:
        truth = planted / "landing" / "_truth"
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"create temp table truth as from '{truth}/conversations.parquet'")
        connection.execute(f"create temp table dirt as from '{truth}/dirt.parquet'")
        yield connection, json.loads((truth / "facts.json").read_text())


@pytest.fixture(scope="module")
def connection(asked):
    return asked[0]


@pytest.fixture(scope="module")
def facts(asked):
    return asked[1]


@pytest.mark.slow
@every_question
def test_a_question_has_an_answer(connection, question):
    answer = ask(connection, question)
    assert answer
    assert list(answer[0]) == documented_columns(question)
    for column in answer[0]:
        assert any(row[column] is not None for row in answer), f"{column} is always NULL"
    for row in answer:
        for column, value in row.items():
            assert not isinstance(value, float) or np.isfinite(value), f"{column} is {value}"


@pytest.mark.slow
@every_question
def test_a_rate_stands_beside_its_interval_and_its_n(connection, question):
    answer = ask(connection, question)
    if "ci_low" in answer[0]:
        value = list(answer[0])[list(answer[0]).index("ci_low") - 1]
        compared = [row for row in answer if row["ci_low"] is not None]
        # Rounding at the very end of an interval.
        assert all(row["ci_low"] - 1e-9 <= row[value] <= row["ci_high"] + 1e-9 for row in compared)
        assert {"n", "n_now"} & answer[0].keys()
    else:
        assert "no interval" in header(question)["Beware"].replace("\n  ", "")


@pytest.mark.slow
@every_question
def test_a_question_reads_public_relations_only(connection, question):
    read = connection.get_table_names(QUESTIONS[question], qualified=True)
    assert read
    assert {name.split(".")[0] for name in read} <= PUBLIC


@pytest.mark.slow
@every_question
def test_a_question_names_kpis_that_there_are(connection, question):
    named = header(question)["KPIs"]
    known = {kpi for (kpi,) in connection.execute("select kpi_id from marts.kpi_definitions").fetchall()}
    if not re.match(r"\s*(none|every)", named):
        assert set(re.findall(r"\w+", named)) <= known


# Without data.


@pytest.fixture(scope="module")
def empty(connection):
    """The same relations without a row."""
    bare = duckdb.connect()
    relations = defaultdict(list)
    for schema, table, column, data_type in connection.execute("""
        select table_schema, table_name, column_name, data_type
        from information_schema.columns
        where table_schema in ('core', 'marts', 'quality')
        order by ordinal_position
    """).fetchall():
        relations[f"{schema}.{table}"].append(f"{column} {data_type}")
    for schema in PUBLIC:
        bare.execute(f"create schema {schema}")
    for relation, columns in relations.items():
        bare.execute(f"create table {relation} ({', '.join(columns)})")
    yield bare
    bare.close()


@pytest.mark.slow
@every_question
def test_nothing_landed_is_an_empty_answer(empty, question):
    assert ask(empty, question) == []


@pytest.fixture(scope="module")
def calls_only(tmp_path_factory):
    """A landing of two calls and nothing else."""
    calls = World()
    calls.call("first", at("2025-03-03 10:00"), customer_email="a@example.org")
    calls.abandoned_call("second", at("2025-03-03 12:00"), customer_email="a@example.org")
    folder = tmp_path_factory.mktemp("calls_only")
    landing = calls.write(folder / "landing")
    with duckdb.connect(
        publish(landing, folder, "--as-of", "2025-04-01T00:00:00"), read_only=True
    ) as connection:
        yield connection


@pytest.mark.slow
@every_question
def test_an_absent_source_is_no_error(calls_only, question):
    for row in ask(calls_only, question):
        assert all(not isinstance(value, float) or np.isfinite(value) for value in row.values())


# What was planted.


@pytest.mark.slow
def test_first_contact_resolution_fell_for_the_planted_topic_in_its_month(connection, facts):
    top, *_ = ask(connection, "why_did_first_contact_resolution_fall")
    drop = facts["fcr_drop"]
    assert (top["topic"], str(top["month"])[:7]) == (drop["topic"], drop["first"][:7])
    assert top["ci_high"] < 0


@pytest.mark.slow
def test_after_the_bot_the_planted_tier_returns_most_and_by_telephone(connection):
    answer = ask(connection, "who_returns_after_the_bot_said_done")
    assert answer[0]["topic_tier"] == world.TIERS[np.argmax(world.RETURN_SHARE)]
    tiers = {tier: [row for row in answer if row["topic_tier"] == tier] for tier in world.TIERS}
    rates = [total(rows, "returned_count") / total(rows, "n") for rows in tiers.values()]
    assert np.argsort(rates).tolist() == np.argsort(world.RETURN_SHARE).tolist()
    after_chats = [row for row in answer if row["channel"] in CHAT_CHANNELS and row["returned_count"]]
    by_phone = sum(row["by_phone_share"] * row["returned_count"] for row in after_chats)
    assert by_phone / total(after_chats, "returned_count") > world.BOT_THEN_CALL_SHARE


@pytest.mark.slow
def test_unseen_is_what_comes_anonymously(connection):
    answer = ask(connection, "how_much_of_first_contact_resolution_is_unseen")
    assert answer[0]["channel"] in CHAT_CHANNELS
    kinds = {world.TICKET: MAIL_CHANNELS, world.CHAT: CHAT_CHANNELS, world.CALL: {"phone"}}
    shares = []
    for kind in range(len(world.KINDS)):
        rows = [row for row in answer if row["channel"] in kinds[kind]]
        shares.append(total(rows, "n_anonymous") / total(rows, "served_count"))
    assert np.argsort(shares).tolist() == np.argsort(world.ANONYMOUS_SHARE).tolist()
    for row in answer:
        assert row["served_count"] == sum(
            row[f"n{part}"] for part in ("", "_pending", "_anonymous", "_censored")
        )
        assert row["lowest"] <= row["fcr_rate"] <= row["highest"]


@pytest.mark.slow
def test_no_topic_leads_to_another(connection):
    """Each need is planted on its own."""
    assert not [row for row in ask(connection, "which_topics_follow_which") if row["is_beyond_chance"]]


@pytest.mark.slow
def test_the_bot_takes_next_what_people_handle_most_and_bots_solve(connection, facts):
    (expected,) = connection.execute("""
        select topic
        from truth
        where topic is not null and is_countable and started_at >= timestamptz '2025-01-01'
        group by topic
        order by count(*) filter (where responder = 'human') * avg(bot_achieved::integer) desc
        limit 1
    """).fetchone()
    answer = ask(connection, "which_topics_should_the_bot_take_next")
    assert answer[0]["topic"] == expected


@pytest.mark.slow
def test_handovers_lose_what_the_fewest_bots_pass_on(connection):
    contexts = [context.split(",") for context in chats.CONTEXTS]
    passed_on = {part: sum(part in context for context in contexts) for part in contexts[0]}
    rarest = {part for part, count in passed_on.items() if count == min(passed_on.values())}
    answer = ask(connection, "which_handovers_lose_context")
    assert answer[0]["context_part"] in rarest
    assert all(row["lost_share"] == 0 for row in answer if passed_on[row["context_part"]] == len(contexts))
    # Why a bot handed over was drawn apart from what it passed on; some of so many intervals miss.
    assert sum(row["is_worse_than_all"] for row in answer) <= len(answer) / 10


@pytest.mark.slow
def test_a_resolved_issue_costs_what_its_kpi_says(connection):
    kpis = dict(
        connection.execute("""
            select channel, sum(numerator) / sum(denominator)
            from marts.kpi_values
            where
                kpi_id = 'cost_per_resolved_issue' and grain = 'month' and slice = 'channel'
                and period_start >= date '2025-01-01'
            group by channel
        """).fetchall()
    )
    answer = ask(connection, "what_does_a_resolved_issue_cost_by_channel")
    assert {row["channel"] for row in answer} == kpis.keys()
    for row in answer:
        assert row["cost_per_resolved_issue"] == pytest.approx(kpis[row["channel"]], rel=0.001), row[
            "channel"
        ]


@pytest.mark.slow
def test_five_points_are_five_of_a_hundred_contacts(connection):
    for row in ask(connection, "how_much_would_five_points_more_automation_save"):
        # Of all contacts, those too that customers may still come back to.
        assert row["moved_contacts"] == pytest.approx(0.05 * (row["n"] + row["n_pending"]), rel=0.001)
        assert row["cost_change"] < 0 and row["staff_change"] < 0


@pytest.mark.slow
def test_no_channel_bought_its_speed(connection):
    """Neither was planted to move the other within a channel."""
    answer = ask(connection, "does_a_faster_response_cost_more")
    assert answer[0]["channel"] == "all"
    assert {row["verdict"] for row in answer[1:]} == {"no trade-off seen"}


def hours_of_a_winter_week():
    """ISO weekday, hour and how many of the teams on telephone and chat are open then."""
    monday = int(dt.datetime(2025, 11, 3, tzinfo=dt.UTC).timestamp())
    starts = monday + np.arange(168) * world.HOUR
    live = (world.EU_FRONTLINE, world.US_FRONTLINE, world.NIGHT_DESK)
    is_open = np.sum([team_calendars()[team].is_open(starts) for team in live], axis=0)
    return {(hour // 24 + 1, hour % 24): teams for hour, teams in enumerate(is_open.tolist())}


@pytest.mark.slow
def test_most_customers_are_lost_when_nobody_is_there(connection):
    open_teams = hours_of_a_winter_week()
    answer = ask(connection, "when_are_we_understaffed")
    assert {open_teams[row["iso_weekday"], row["hour_of_day"]] for row in answer[:10]} == {0}


@pytest.mark.slow
def test_the_roster_is_shortest_on_the_day_with_the_fewest_open_hours(connection):
    open_hours = defaultdict(int)
    for (weekday, _), teams in hours_of_a_winter_week().items():
        open_hours[weekday] += teams
    answer = ask(connection, "how_many_agents_does_the_telephone_need")
    assert answer[0]["iso_weekday"] == min(open_hours, key=open_hours.get)
    assert answer[0]["roster_share"] < 1
    assert len(answer) == 7


@pytest.mark.slow
def test_the_promotion_explains_the_spike_by_its_own_topics(connection, facts):
    everything, *topics = ask(connection, "did_the_promotion_explain_the_spike")
    assert everything["topic"] == "all"
    assert 1 + everything["growth"] == pytest.approx(world.PROMOTION_FACTOR, rel=0.15)
    leading = topics[: len(facts["promotion_topics"])]
    assert {row["topic"] for row in leading} == set(facts["promotion_topics"])
    assert total(leading, "part_of_excess") > 0.8


@pytest.mark.slow
def test_the_backlog_is_what_was_never_solved(connection):
    (unsolved,) = connection.execute("""
        select count(*) from truth where source_type = 'ticket' and is_countable and not is_resolved
    """).fetchone()
    spoiled, clean = connection.execute("""
        select count(*), count(*) filter (truth.is_clean)
        from core.fct_conversations as found
        inner join truth using (source_system, source_type, source_conversation_id, conversation_seq)
        where found.source_type = 'ticket' and found.is_countable
            and found.resolved_at is null and truth.is_resolved
    """).fetchone()
    refused, clean_refused = connection.execute("""
        select count(*), count(*) filter (is_clean)
        from truth
        anti join core.fct_conversations using (
            source_system, source_type, source_conversation_id, conversation_seq
        )
        where source_type = 'ticket' and is_countable and not is_resolved
    """).fetchone()
    answer = ask(connection, "how_long_is_the_backlogs_tail")
    # A few are refused, and a few more are open in the warehouse: those whose solve was spoiled on the way.
    assert unsolved > 0 and clean == 0 and clean_refused == 0
    assert unsolved - refused <= total(answer, "n") <= unsolved + spoiled
    tails = [row["open_over_30d"] for row in answer]
    assert tails == sorted(tails, reverse=True)
    # Most customers live in the first zone; so few tickets are old that their order is chance.
    busiest = max(answer, key=lambda row: row["created_per_day"])
    assert busiest["team"] == world.TEAMS[np.argmax(world.ZONE_SHARES)]


@pytest.mark.slow
def test_solving_the_matter_satisfies_more_than_any_speed(connection):
    by_type = defaultdict(list)
    for row in ask(connection, "does_a_faster_response_raise_satisfaction"):
        by_type[row["source_type"]].append(row)
    # Hardly a ticket stays unsolved, and most that seem so were solved and their solve was spoiled.
    judged = {kind: rows for kind, rows in by_type.items() if total(rows, "n_unresolved") >= 30}
    assert {"call", "chat"} <= judged.keys()
    for source_type, rows in judged.items():
        satisfied = sum(row["satisfied_resolved"] * row["n_resolved"] for row in rows) / total(
            rows, "n_resolved"
        )
        missed = [row for row in rows if row["n_unresolved"]]
        unsatisfied = sum(row["satisfied_unresolved"] * row["n_unresolved"] for row in missed)
        sound = [row["satisfied_resolved"] for row in rows if row["n_resolved"] >= 30]
        assert satisfied - unsatisfied / total(missed, "n_unresolved") > max(sound) - min(sound), source_type


@pytest.mark.slow
def test_survey_responders_are_like_everybody(connection):
    """Who answers was drawn."""
    assert not [row for row in ask(connection, "are_survey_responders_like_everybody") if row["is_biased"]]


@pytest.mark.slow
def test_rate_and_mix_are_the_change_of_nps(connection):
    answer = ask(connection, "how_much_of_the_nps_change_is_mix")
    for row in answer:
        assert row["rate_effect"] + row["mix_effect"] == pytest.approx(row["nps_now"] - row["nps_before"])
    # Nothing was planted that moves it: a few months of 23 are beyond chance by chance.
    assert len({row["month"] for row in answer if row["is_beyond_chance"]}) <= 3


@pytest.mark.slow
def test_agents_are_alike(connection):
    """All were drawn alike."""
    answer = ask(connection, "are_agent_differences_real")
    assert not [row for row in answer if row["is_beyond_chance"]]
    assert answer[0]["spread"] < 1.5


@pytest.mark.slow
def test_missed_targets_are_those_of_the_seed(connection):
    seed = {
        row["kpi_id"]: {name: float(row[name]) for name in ("target", "low", "high") if row[name]}
        for row in seed_rows("kpi_targets")
        if not (row["channel"] or row["responder"] or row["topic_tier"])
    }
    directions = dict(connection.execute("select kpi_id, direction from marts.kpi_definitions").fetchall())
    answer = ask(connection, "which_kpis_missed_their_target")
    assert {"fcr_issue_48h", "nps"} <= {row["kpi_id"] for row in answer}
    for row in answer:
        promised, direction = seed[row["kpi_id"]], directions[row["kpi_id"]]
        is_above = row["value"] > row["target"]
        if direction == "band":
            assert row["target"] == promised["high" if is_above else "low"]
        else:
            assert row["target"] == promised["target"]
            assert is_above is (direction == "lower")


@pytest.mark.slow
def test_gaps_to_benchmarks_are_distances_to_their_ranges(connection):
    answer = ask(connection, "where_are_we_behind_the_benchmarks")
    for row in answer:
        low = -np.inf if row["low"] is None else row["low"]
        high = np.inf if row["high"] is None else row["high"]
        nearest = min(max(row["value"], low), high)
        assert row["gap"] == pytest.approx(row["value"] - nearest), row["kpi_id"]
    assert [row["is_reached"] for row in answer] == sorted(row["is_reached"] for row in answer)


@pytest.mark.slow
def test_what_was_rejected_is_what_was_spoiled(connection):
    kind = "severity, table_name, rule"
    planted = {
        row[:3]: row[3]
        for row in connection.execute(f"select {kind}, count(*) from dirt group by all").fetchall()
    }
    found = defaultdict(int)
    for row in ask(connection, "what_was_rejected_and_why"):
        found[row["severity"], row["table_name"], row["rule"]] += row["n"]
    assert found == planted
