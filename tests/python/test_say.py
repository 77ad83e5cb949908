"""What is said aloud: no secret of a URL, no address, no telephone number, wherever a message leaves."""

import json
import subprocess
import sys

import pytest
from spellings import ADDRESSES, NUMBERS, ORDINARY_IDS

from service_kpis.log import RunLog, read
from service_kpis.personal import plain
from service_kpis.say import masked

SECRETS = [
    (
        "postgresql://reader:s3cret@db.example.org/kpi#landing",
        "postgresql://reader:***@db.example.org/kpi#landing",
    ),
    ("postgresql://reader:s3/c@ret@db.example.org/kpi", "postgresql://reader:***@db.example.org/kpi"),
    ("no folder /srv/s3:/key:s3cret@bucket/x", "no folder /srv/s3:/key:***@bucket/x"),
    ("https://s3cret@example.org/x", "https://***@example.org/x"),
    ("json://hook.example.org/?token=s3cret&mode=s3cret", "json://hook.example.org/?token=***&mode=***"),
    ("s3://bucket/x?sig=s3cret#landing", "s3://bucket/x?sig=***#landing"),
    ("host=db password=s3cret user=kpi", "host=db password=*** user=kpi"),
    ("postgresql://u:s'3<c\"ret@localhost:5432/x", "postgresql://u:***@localhost:5432/x"),
    ("{'motherduck_token': 's3cret'}", "{'motherduck_token': '***'}"),
    ("Authorization: Bearer s3cret", "Authorization: Bearer ***"),
    ("Authorization: token s3cret", "Authorization: token ***"),
    ("AccountKey=s3cret;passphrase: 's3c ret' sig=s3cret", "AccountKey=***;passphrase: '***' sig=***"),
]


@pytest.mark.parametrize(("text", "said"), SECRETS)
def test_secrets_are_masked(text, said):
    assert masked(f"cannot read {text} 3 times\nor so") == f"cannot read {said} 3 times\nor so"
    assert masked(said) == said


@pytest.mark.parametrize("text", [text for text in ADDRESSES + NUMBERS if "\n" not in text])
def test_addresses_and_numbers_are_masked(text):
    said = masked(f"cannot read '{text}' today")
    letters, digits = plain(said).lower(), "".join(filter(str.isdigit, said))
    assert said.startswith("cannot read") and "***" in said
    assert not [word for word in ("canary", "канарейка") if word in letters] and "5550199" not in digits


@pytest.mark.parametrize(
    "text",
    [
        *ORDINARY_IDS,
        "tickets: 1,234 lines are refused (ragged_line), the first tickets_2025-06-03.csv:12",
        "run 20250603T100000123456Z-ab12cd of 2025-06-03 10:00:00 took 12.5 s",
        "see https://example.org/a?b and /srv/landing/tickets (2).csv",
    ],
)
def test_what_is_ordinary_is_said(text):
    assert masked(text) == text


PROGRAM = """
import service_kpis.run
def crash(*_): raise RuntimeError("cannot reach postgresql://u:s3cret@h/?token=t0ken of anna@canary.example")
service_kpis.run.run = crash
from service_kpis.cli import app
app()
"""


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["run", "--landing", "s3://k:s3cret@b/x?token=t0ken", "--as-of", "anna@canary.example"], 2),
        (["run", "--landing", "x", "--keep", "anna@canary.example"], 2),
        (["run", "--no-such=anna@canary.example"], 2),
        (["run", "--source", "postgresql://u:s3cret@h/x?token=t0ken"], 2),
        (["run", "--landing", "x", "--source-timezone", "anna@canary.example"], 1),
        (["check", "--landing", "s3://k:s3cret@b/x?token=t0ken"], 2),
        (["fresh", "--warehouse", "s3://k:s3cret@b/x?token=t0ken"], 1),
        (["boards", "--warehouse", "s3://k:s3cret@b/x?token=t0ken"], 1),
        (["restore", "anna@canary.example"], 2),
        (["explain", "anna@canary.example"], 2),
        (["run", "--landing", "x"], 1),
    ],
)
def test_no_command_says_what_may_not_be_said(options, code, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *options], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == code, done.stderr
    said = done.stdout + done.stderr
    assert said and not [secret for secret in ("s3cret", "t0ken", "canary") if secret in said]


def test_a_log_holds_no_secret_and_stays_readable(tmp_path):
    log = RunLog(tmp_path, "1", print)
    log.write("run_started", landing="s3://k:s3cret@b/x", error='a "quote" of anna@canary.example', rows=3)
    (event,) = read(log.file)
    assert (
        event["landing"] == "s3://k:***@b/x" and event["error"] == 'a "quote" of ***' and event["rows"] == 3
    )
    assert "s3cret" not in json.dumps(event)
