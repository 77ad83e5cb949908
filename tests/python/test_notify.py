"""Notifications: who is told what, that no secret and no value of the data leaves, that they fail nothing."""

import json
import re
import shutil
import threading
from email import message_from_string
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest.mock import MagicMock

import duckdb
import pytest
from typer.testing import CliRunner

from service_kpis.cli import app
from service_kpis.errors import CannotStart
from service_kpis.notify import notify

ALERTS = """
{{ config(materialized='table') }}
select 'a' || conversation_id as alert_id, 'KPI ' || conversation_id || ' is bad' as message,
    conversation_id < 10 as is_open, current_date as opened_period
from {{ ref('fct_conversations') }}
"""


@pytest.fixture
def hook():
    """A web server: `url` is its Apprise URL, `got` what it was sent, `status` what it answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.server.got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(self.server.status)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.got, server.status = [], 200
        server.url = f"json://user:s3cret@127.0.0.1:{server.server_port}/t0ken"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def alerting(place, tmp_path):
    """A place whose project has the alert `a<n>` for each landed n, open below 10."""
    project = tmp_path / "alerting"
    shutil.copytree(place.project, project)
    (project / "models" / "alerts.sql").write_text("{{ config(schema='marts') }}" + ALERTS)
    place.project = project
    return place


def test_a_failing_test_is_told_by_name_and_without_rows(place, hook):
    code, _ = place.run("-1", notify=(hook.url,))
    assert code == 1
    (message,) = hook.got
    assert message["title"] == "service-kpis: audit failed" and message["type"] == "failure"
    assert "test no_number_is_minus_one (tests/sql/no_number_is_minus_one.sql)" in message["message"]
    assert str(place.work / "runs") in message["message"]
    assert "example.org" not in message["message"]


def test_a_failing_model_is_told_without_the_value_that_it_failed_on(place, hook):
    place.run("-2", notify=(hook.url,))
    (message,) = hook.got
    assert message["title"] == "service-kpis: build failed"
    assert "model fct_conversations" in message["message"] and "minus two" not in message["message"]


def test_a_failed_publish_is_told_without_the_value_that_it_failed_on(place, hook, monkeypatch):
    def publish(*anything):
        raise duckdb.ConversionException("Could not convert string 'someone'")

    monkeypatch.setattr("service_kpis.run.publish", publish)
    place.run("1", notify=(hook.url,))
    (message,) = hook.got
    assert message["title"] == "service-kpis: publish failed"
    assert "someone" not in message["message"]


def test_a_run_that_cannot_start_is_told_with_its_reason(place, hook):
    def refuse(location, build, zones, report, before=None):
        raise CannotStart("no landing table in nowhere")

    assert place.run("nowhere", refuse, notify=(hook.url,))[0] == 2
    (message,) = hook.got
    assert message["title"] == "service-kpis: could not start"
    assert "no landing table in nowhere" in message["message"]


def test_a_crash_is_told_and_still_a_crash(place, hook):
    def crash(location, build, zones, report, before=None):
        raise RuntimeError("value anna@example.org")

    with pytest.raises(RuntimeError):
        place.run("1", crash, notify=(hook.url,))
    (message,) = hook.got
    assert message["title"] == "service-kpis: crashed"
    assert "RuntimeError" in message["message"] and "anna" not in message["message"]


def test_an_open_alert_is_told_once(alerting, hook):
    for landing in ("1,11", "1,11", "1,2,11"):
        assert alerting.run(landing, notify=(hook.url,))[0] == 0
    first, second = hook.got
    assert first["title"] == "service-kpis: 1 new alerts, 1 open" and first["type"] == "warning"
    assert first["message"].startswith("KPI 1 is bad\n") and "KPI 11" not in first["message"]
    assert second["title"] == "service-kpis: 1 new alerts, 2 open"
    assert second["message"].startswith("KPI 2 is bad\n") and "KPI 1 is" not in second["message"]


def test_an_alert_that_could_not_be_told_is_told_by_the_next_run(alerting, hook):
    hook.status = 500
    code, text = alerting.run("1", notify=(hook.url,))
    assert code == 0
    assert "Warning: no notification by json://…: it was not accepted" in text
    hook.status = 200
    alerting.run("1", notify=(hook.url,))
    assert [message["title"] for message in hook.got] == ["service-kpis: 1 new alerts, 1 open"] * 2


@pytest.mark.parametrize("url", ["nonsense-s3cret", "json://user:s3cret@127.0.0.1:1/", "slack://s3cret"])
def test_a_notification_that_cannot_be_sent_fails_nothing_and_shows_no_secret(alerting, url, capfd):
    code, text = alerting.run("1", notify=(url,))
    assert code == 0
    assert text.count("Warning: no notification by") == 1
    assert "s3cret" not in text + "".join(capfd.readouterr())


def test_all_are_told_although_one_cannot_be(place, hook):
    place.run("-1", notify=("json://127.0.0.1:1/", hook.url))
    assert len(hook.got) == 1


def test_no_url_lands_in_a_file(place, hook, monkeypatch):
    """dbt notes in its log how the process was called."""
    monkeypatch.setattr("sys.argv", ["service-kpis", "run", "--notify", hook.url])
    place.run("-1", notify=(hook.url,))
    files = [file for file in place.work.rglob("*") if file.is_file()]
    assert {"partial_parse.msgpack", "dbt.log"} <= {file.name for file in files}
    assert not [file for file in files if b"s3cret" in file.read_bytes() or b"t0ken" in file.read_bytes()]


@pytest.mark.parametrize(
    ("options", "variable"),
    [(["--notify", "json://a", "--notify", "json://b"], ""), ([], "json://a json://b")],
)
def test_whom_to_tell_comes_by_option_or_variable(options, variable, monkeypatch):
    jobs = []
    monkeypatch.setattr("service_kpis.run.run", lambda job, *_: jobs.append(job) or 0)
    CliRunner().invoke(app, ["run", "--landing", "x", *options], env={"SERVICE_KPIS_NOTIFY": variable})
    (job,) = jobs
    assert job.notify == ("json://a", "json://b") and job.keep == 3
    assert "json" not in repr(job)


@pytest.fixture
def mails(monkeypatch) -> list[dict[str, str]]:
    """The mails that are sent: the text of each part by its type."""
    sent = []

    def sendmail(sender, to, message):
        parts = [part for part in message_from_string(message).walk() if not part.is_multipart()]
        sent.append({part.get_content_type(): part.get_payload(decode=True).decode() for part in parts})
        return True

    server = MagicMock()
    server.return_value.__enter__.return_value.sendmail = sendmail
    monkeypatch.setattr("apprise.plugins.email.base.AppriseSMTPController", server)
    return sent


MAIL = "mailtos://user:s3cret@example.org?from=kpi@example.org&to=you@example.org"
BODY = "KPI <b>1</b> is bad & worse\n  - team <script>alert(1)</script>"


def test_a_mail_is_the_text_as_it_is_line_by_line(mails):
    assert notify([MAIL], "1 < 2", BODY, is_failure=False, warn=print)
    assert [{kind: text.strip() for kind, text in mail.items()} for mail in mails] == [{"text/plain": BODY}]


def test_in_a_mail_of_html_the_text_is_escaped_and_keeps_its_lines(mails):
    assert notify([f"{MAIL}&format=html"], "1 < 2", BODY, is_failure=False, warn=print)
    (mail,) = mails
    page = mail["text/html"]
    assert "&lt;b&gt;1&lt;/b&gt;" in page and "&amp;" in page and "<script" not in page and "<b>" not in page
    assert re.search(r"<br\s*/?>", page[page.index("KPI") : page.index("team")])


def test_no_value_is_a_link_or_calls_everybody_in_a_chat(place, hook):
    body = "topic [click](x) ![p](x) **bold** `code` @everyone <@U1> ~gone~ <x|link>"
    assert notify([hook.url], "*title*", body, is_failure=False, warn=print)
    (message,) = hook.got
    said = message["title"] + message["message"]
    assert "everyone" in said and "click" in said
    assert not [mark for mark in ("[", "]", "*", "`", "~", "|", "@e", "@U") if mark in said]


def test_a_warehouse_that_is_missing_is_told(tmp_path, hook):
    command = ["fresh", "--warehouse", str(tmp_path / "none.duckdb"), "--notify", hook.url]
    assert CliRunner().invoke(app, command).exit_code == 1
    (message,) = hook.got
    assert message["title"] == "service-kpis: the warehouse is old" and message["type"] == "failure"
    assert "there is no warehouse" in message["message"]
