"""What is counted reads right for one and for many."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from escbot.core.policy import Policy
from escbot.core.views import DigestView
from escbot.insights.backtest.replay import replay
from escbot.insights.backtest.summary import summary
from escbot.words.digest import headline
from escbot.words.history import in_short
from escbot.words.voice import counted
from tests.insights.histories import a_trace, hours, with_limit
from tests.insights.test_backtest import Stage, Work
from tests.make import a_policy

SOURCE = Path(__file__).parents[2] / "src" / "escbot"
# A number in braces, then a noun in the plural: it would read "1 cases".
LOOSE = re.compile(
    r"(?:len\([^{}]*\)|count\w*|number|total|:,)\}(?:\[/bold\])? "
    r"(?:cases|drills|people|events|contacts|offers|answers|days|points|scores|messages)\b"
)


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 cases"), (1, "1 case"), (2, "2 cases"), (2518, "2,518 cases")]
)
def test_a_noun_follows_its_number(number: int, words: str) -> None:
    assert counted(number, "case") == words


def test_a_verb_follows_too() -> None:
    assert counted(1, "drill is", "drills are") == "1 drill is"
    assert counted(3, "drill is", "drills are") == "3 drills are"


def test_one_case_is_within_its_limits() -> None:
    def morning(cases: int) -> DigestView:
        return DigestView("U08", cases, (), (), (), (), (0, 0, 0, 0))

    assert headline(morning(1)) == "1 open: within its limits"
    assert headline(morning(2)) == "2 open: all within their limits"


def test_no_sentence_counts_past_the_helper() -> None:
    found = [
        f"{path.name}:{number}"
        for path in sorted(SOURCE.rglob("*.py"))
        if "workspace" not in path.parts
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if LOOSE.search(line)
    ]
    assert found == []


def test_a_comparison_of_one_case_reads_right() -> None:
    old, new = a_policy(), with_limit(a_policy(), 1, hours(1))
    traces = [a_trace(Stage(1, hours(0.1), parts=(Work(hours(3)),)))]

    def figures(policy: Policy) -> dict[str, object]:
        return summary(policy, replay(policy, traces))

    groups = [{"what": "sooner", "cases": 1}]
    lost = {**figures(new), "ends": {"cut": 1}}
    moved = {"sooner": 2.0, "later": 0.0}
    said = list(in_short("old", "new", (figures(old), lost), groups, 1, moved))
    assert said[0].startswith("Under “new” 1 case ends sooner (by 2 h together) and 0 later; ")
    assert said[-1].startswith("1 case went on without end")
    assert "was cut off" in said[-1]
