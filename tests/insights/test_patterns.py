"""The patterns of a log, against tables worked out by hand and against themselves."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from escbot.cli.main import app
from escbot.insights.numbers import percentile
from escbot.insights.patterns import LogEvent, Patterns, patterns
from escbot.words.patterns import findings, over_time

run = CliRunner().invoke
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

# Worked out by hand.
#   A: 1 → 2 after 2 h → 1 after 5 h; teams x y x (comes back); waits 3 h of 5 h
#   B: stays in 1; one event
#   C: 1 → 3 after 4 h; teams x z; an hour more
HAND = """case_id,timestamp,support_line,team,status,severity,area
A,2026-03-02T09:00:00+00:00,1,x,Open,High,pay
C,2026-03-02T10:00:00+00:00,1,x,Open,Low,login
A,2026-03-02T11:00:00+00:00,2,y,Wait - User,High,pay
B,2026-03-02T12:00:00+00:00,1,x,Open,Odd one,
A,2026-03-02T14:00:00+00:00,1,x,Open,High,pay
C,2026-03-02T15:00:00+01:00,3,z,Open,Low,login
C,2026-03-02T15:00:00+00:00,3,z,Closed,Low,login
"""


def asked(path: Path, *more: str) -> dict[str, object]:
    done = run(app, ["patterns", str(path), "--json", *more])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    return answer


def test_a_table_worked_out_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(HAND)
    answer = asked(path)
    expected = {
        "cases": 3,
        "events": 7,
        "escalations": {"1->2": 1, "1->3": 1},
        "deescalations": {"2->1": 1},
        "handoffs": 3,
        "ping_pong_cases": 1,
        "escalated_cases": 2,
        "time_to_first_escalation_hours": {"p50": 3.0, "p90": 3.8, "cases": 2},
        "waiting_share": 0.3,  # 3 h of 5 h + 5 h
        "duplicate_rows": 0,
        "trouble": {"no_end": {"rows": 2, "lines": [5, 6]}},  # A and B are left open
        "span": {"from": "2026-03-02T09:00:00+00:00", "to": "2026-03-02T15:00:00+00:00"},
    }
    assert {key: answer[key] for key in expected} == expected
    assert answer["volume"]["by_line"] == {"1": 1, "2": 1, "3": 1}  # type: ignore[index]
    assert answer["volume"]["by_severity"] == {"High": 1, "Low": 1, "Odd one": 1}  # type: ignore[index]


def test_a_gzipped_file_with_other_names_says_the_same(tmp_path: Path) -> None:
    renamed = HAND.replace("case_id,timestamp,support_line,team,status", "a,b,c,d,e").replace(
        ",", ";"
    )
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(renamed.encode("utf-16")))
    other = tmp_path / "log.csv"
    other.write_text(HAND)
    named = ("--case", "a", "--at", "b", "--line", "C", "--team", "d", "--status", "e")
    one, two = asked(path, *named), asked(other)
    one.pop("columns"), two.pop("columns")
    assert one == two


def test_what_is_wrong_is_counted_with_its_lines_and_never_fatal(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    rows = [
        b"case_id,timestamp,support_line,team,status",
        b"A,2026-03-02T09:00:00+00:00,1,x,Open",
        b"A,2026-03-02T09:00:00+00:00,1,x,Open",  # a duplicate: counted
        b",2026-03-02T09:00:00+00:00,1,x,Open",
        b"A,yesterday,1,x,Open",
        b"A,2026-03-02 10:00:00,tier 2,caf\xe9,Open",  # no offset, another encoding
        b"A,2026-03-02T11:00:00+00:00,,x,Open,more",
        b"",
        b"A,1772445600,L3,=1+1,Open",
    ]
    path.write_bytes(b"\r\n".join(rows))
    answer = asked(path)
    assert answer["events"] == 5
    assert answer["duplicate_rows"] == 1
    assert answer["escalations"] == {"1->2": 1, "2->3": 1}
    assert answer["trouble"] == {
        "no_case": {"rows": 1, "lines": [4]},
        "no_time": {"rows": 1, "lines": [5]},
        "encoding": {"rows": 1, "lines": [6]},
        "no_offset": {"rows": 1, "lines": [6]},
        "columns": {"rows": 1, "lines": [7]},
        "no_line": {"rows": 1, "lines": [7]},
        "duplicate": {"rows": 1, "lines": [3]},
        "unordered": {"rows": 1, "lines": [9]},
        "no_end": {"rows": 1, "lines": [7]},
    }
    text = run(app, ["patterns", str(path)]).stdout
    assert "(line 6)" in text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is empty"),
        ("when,what\n1,2\n", "--case"),
        ("case_id,timestamp\n", "only a header"),
        ("case_id,timestamp\nA,soon\n", "1 row has no time"),
    ],
)
def test_a_log_that_says_nothing_gets_one_sentence(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "log.csv"
    path.write_text(content)
    done = run(app, ["patterns", str(path)])
    assert done.exit_code == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    missing = run(app, ["patterns", str(tmp_path / "none.csv")])
    assert (missing.exit_code, len(missing.stderr.strip().splitlines())) == (2, 1)


def test_times_that_no_calendar_knows_are_left_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "case_id,timestamp\nA,0001-01-01T00:00:00+14:00\nA,9999-12-31T23:59:59-12:00\n"
        "A,2026-03-02T09:00:00Z\n"
    )
    answer = asked(path)
    assert (answer["events"], answer["trouble"]) == (1, {"far_time": {"rows": 2, "lines": [2, 3]}})


@pytest.mark.parametrize("parts", [1, 2])
def test_of_a_download_that_broke_off_what_came_is_read(tmp_path: Path, parts: int) -> None:
    draw = random.Random(1)
    rows = ["case_id,timestamp"]
    rows += [f"C{draw.random()},2026-03-02T09:00:00Z" for _ in range(3000)]
    text = "\n".join(rows).encode()
    middle = len(text) // parts
    whole = gzip.compress(text[:middle]) + (gzip.compress(text[middle:]) if parts > 1 else b"")
    path = tmp_path / "log.csv.gz"
    path.write_bytes(whole)
    assert asked(path)["events"] == 3000
    path.write_bytes(whole[: int(len(whole) * 0.8)])
    answer = asked(path)
    assert 1500 < answer["events"] < 2900  # type: ignore[operator]
    assert answer["trouble"]["cut_off"]["rows"] == 1  # type: ignore[index]
    broken = bytearray(whole)
    broken[len(whole) // 2 : len(whole) // 2 + 400] = b"x" * 400
    path.write_bytes(broken)
    assert "cut_off" in asked(path)["trouble"]  # type: ignore[operator]


def test_the_page_escapes_what_people_wrote(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(HAND.replace("pay", "<script>alert(1)</script>"))
    html = run(app, ["patterns", str(path), "--html"]).stdout
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


events = st.lists(
    st.builds(
        LogEvent,
        at=st.integers(0, 10_000).map(lambda minutes: START + timedelta(minutes=minutes)),
        line=st.none() | st.integers(1, 3),
        team=st.sampled_from(["", "x", "y", "z"]),
        status=st.sampled_from(["Open", "Wait - User", "Waiting"]),
    ),
    min_size=1,
    max_size=6,
).map(lambda found: sorted(found, key=lambda event: event.at))


@given(st.lists(events, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_cases_changes_nothing_and_halves_add_up(
    cases: list[list[LogEvent]], chance: random.Random
) -> None:
    whole = patterns(cases)
    shuffled = list(cases)
    chance.shuffle(shuffled)
    assert patterns(shuffled) == whole
    middle = len(cases) // 2
    halves = [patterns(cases[:middle]), patterns(cases[middle:])]
    for key in ("cases", "events", "handoffs", "ping_pong_cases", "escalated_cases"):
        assert sum(half[key] for half in halves) == whole[key]


@given(st.permutations(HAND.strip().split("\n")[1:]))
def test_rows_may_come_in_any_order(rows: list[str]) -> None:
    # Of one case no two rows have the same time, so that the order of the file does not matter.
    read = csv.DictReader(io.StringIO("\n".join([HAND.split("\n", 1)[0], *rows])))
    cases: dict[str, list[LogEvent]] = {}
    for row in read:
        event = LogEvent(datetime.fromisoformat(row["timestamp"]), int(row["support_line"]))
        cases.setdefault(row["case_id"], []).append(event)
    found = patterns([sorted(case, key=lambda event: event.at) for case in cases.values()])
    assert found["escalations"] == {"1->2": 1, "1->3": 1}


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(0, 1))
def test_a_percentile_lies_between_its_neighbours(values: list[float], share: float) -> None:
    ordered = sorted(values)
    found = percentile(ordered, share)
    assert found is not None
    assert ordered[0] <= found <= ordered[-1] or abs(found - ordered[0]) < 1e-6
    assert percentile([], share) is None


def test_other_ways_to_write_a_time_are_read_and_said(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "case_id,timestamp,support_line\n"
        "A,24/11/2026 09:00,1\n"  # the day stands first: there is no month 24
        "A,11/24/2026 10:00 AM,1\n"
        "A,24.11.2026 11:00:00,2\n"
        "A,04/05/2026 09:00,2\n"  # could be both, and is earlier than the row before it
        "B,2026-11-24T09:00:00Z,1\n"
    )
    answer = asked(path)
    assert answer["span"] == {
        "from": "2026-05-04T09:00:00+00:00",
        "to": "2026-11-24T11:00:00+00:00",
    }
    assert answer["trouble"] == {
        "other_form": {"rows": 3, "lines": [2, 3, 4]},
        "no_offset": {"rows": 4, "lines": [2, 3, 4, 5]},
        "which_day": {"rows": 1, "lines": [5]},
        "unordered": {"rows": 1, "lines": [5]},
    }


def test_what_stands_out_is_said_before_the_figures(tmp_path: Path) -> None:
    rows = ["case_id,timestamp,support_line,team,status,severity,area"]
    for number in range(40):
        area = "pay" if number < 20 else "login"
        at = START + timedelta(days=number)
        rows.append(f"C{number},{at.isoformat()},1,x,In Progress,High,{area}")
        if number < 16:
            rows.append(f"C{number},{(at + timedelta(minutes=5)).isoformat()},2,y,Open,High,{area}")
        later = (at + timedelta(hours=9)).isoformat()
        rows.append(f"C{number},{later},{2 if number < 16 else 1},x,Closed,High,{area}")
    path = tmp_path / "log.csv"
    path.write_text("\n".join(rows))
    said = findings(asked(path))
    assert said[0].startswith("40% of cases rise, half of them within 5 minutes")
    assert any("40% of cases come back to a team" in sentence for sentence in said)
    page = run(app, ["patterns", str(path), "--html"]).stdout
    assert "What stands out" in page
    assert "By week" in page
    assert findings({"cases": 3})[0].startswith("Too few cases")


def test_a_snapshot_and_time_after_the_work_are_told_apart_from_usual_work() -> None:
    """Most cases in one week of a year, and most time in a final status, mislead a reader."""
    moments = [START + timedelta(days=90 * n) for n in range(4)]
    moments += [START + timedelta(days=120, minutes=n) for n in range(26)]
    found = Patterns()
    for at in moments:
        found.add([
            LogEvent(at, 1, "a", "Working"),
            LogEvent(at + timedelta(hours=1), 1, "a", "Waiting"),
            LogEvent(at + timedelta(hours=2), 1, "a", "Solved"),
            LogEvent(at + timedelta(hours=8), 1, "a", "Closed"),
        ])  # fmt: skip
    result = found.result()
    said = findings(result, done=("Solved", "Closed"))
    assert said[0].startswith("87% of the cases began in one week")
    after = next(one for one in said if "after the work" in one)
    assert after.startswith("75% of all time")
    assert after.endswith("Of the rest, 50% is waiting for somebody.")
    shown = over_time(result)
    assert shown["unit"] == "week"
    assert sum(shown["counts"].values()) == len(moments)
    assert 0 in shown["counts"].values()  # a quiet week is a gap, not left out
    assert not any("snapshot" in one for one in findings(patterns_of_even_weeks()))


def patterns_of_even_weeks() -> dict[str, Any]:
    """Thirty cases, three a week."""
    found = Patterns()
    for number in range(30):
        found.add([LogEvent(START + timedelta(weeks=number // 3, hours=number % 3), 1, "a", "x")])
    return found.result()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(300), "is no text; give a CSV"),
        (gzip.compress(HAND.encode(), mtime=0)[:15], "damaged before its first line ends"),
        (b"foo\xff\x1b[2J,bar\n1,2\n", "has: foo��[2J, bar"),
    ],
    ids=["a picture", "half a gzip", "control characters"],
)
def test_what_is_no_log_gets_one_sentence_that_a_terminal_can_show(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    done = run(app, ["patterns", str(path)])
    assert done.exit_code == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_every_kind_of_utf_16_is_read(tmp_path: Path, encoding: str) -> None:
    plain, path = tmp_path / "plain.csv", tmp_path / "log.csv"
    plain.write_text(HAND)
    path.write_bytes(HAND.encode(encoding))
    assert asked(path) == asked(plain)


def test_of_a_gzip_that_is_damaged_what_came_before_is_read(tmp_path: Path) -> None:
    rows = [f"K{n},2026-03-02T09:00:{n % 60:02}+00:00,1,t{n * 7919 % 997}" for n in range(2000)]
    whole = gzip.compress("\n".join(["case_id,timestamp,support_line,team", *rows]).encode())
    path = tmp_path / "log.csv.gz"
    path.write_bytes(whole[:3000] + b"xxxxxx" + whole[3006:])
    found = asked(path)
    assert 100 < found["cases"] < 2000
    assert "cut_off" in found["trouble"]
