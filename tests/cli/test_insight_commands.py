"""`escbot report|review|contacts|csat|followups|draft` on a database that was used."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from escbot.cli.main import app
from escbot.core import commands as c
from escbot.core.case import Lesson
from escbot.services.files import Files
from escbot.services.policyfile import default_text
from escbot.store.database import open_database
from tests.make import a_policy, a_roster, an_escalation
from tests.services.office import Office

HOSTILE = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database with a resolved case, an open one and a drill."""
    url = f"sqlite:///{tmp_path_factory.mktemp('used') / 'escbot.db'}"

    async def use() -> None:
        database = await open_database(url)
        office = Office(database)
        files = Files(a_policy(), default_text(), "policy.yaml", a_roster())
        await office.library.take(database, files, office.now)
        desk = office.desk
        await desk.do("T1", None, an_escalation(customer=HOSTILE, area="payments"))
        await desk.do("T1", 1, c.Acknowledge("U05"))
        lessons = (Lesson("knowledge", "+How to renew", gap="missing", area="payments"),)
        await desk.do("T1", 1, c.Resolve("U05", "Renewed it", "bug", lessons=lessons))
        await desk.do("T1", None, an_escalation(customer="Acme"))
        await database.close()

    asyncio.run(use())
    return url


def escbot(used: str, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--database", used])


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def report(used: str, *words: str) -> dict[str, Any]:
    return json.loads(escbot(used, "report", "--json", *words).stdout)  # type: ignore[no-any-return]


def test_a_report_in_every_form(used: str) -> None:
    found = report(used, "--by", "area")
    assert (found["cases"], found["resolved"], found["small"]) == (2, 1, True)
    assert set(found["by"]["area"]) == {"(none)", "payments"}
    assert report(used, "--where", "area=payments")["cases"] == 1
    assert "went up a tier" in escbot(used, "report").stdout
    page = escbot(used, "report", "--html").stdout
    assert "ESC-1" in page
    assert "<script" not in page
    assert escbot(used, "report", "--cases", "resolved").stdout.startswith("1 case: resolved")
    for wrong in (["--by", "x"], ["--cases", "x"], ["--where", "x"], ["--from", "x"]):
        done = escbot(used, "report", *wrong)
        assert done.exit_code == 2
        assert "Traceback" not in done.output


def test_what_a_spreadsheet_would_run_is_disarmed(used: str) -> None:
    case = rows(escbot(used, "report", "--csv").stdout)[0]
    assert case["customer"] == f"'{HOSTILE}"
    [left] = rows(escbot(used, "followups", "--csv").stdout)
    assert left["text"] == "'+How to renew"
    assert (left["case"], left["owner"], left["state"]) == ("1", "U05", "open")


def test_contacts_from_a_table_with_bad_lines(used: str, tmp_path: Path) -> None:
    table = tmp_path / "contacts.csv"
    table.write_text("day,contacts,solved\n2026-11-24,100,60\nnever,1,\n2026-11-23,50,\n")
    done = escbot(used, "contacts", str(table))
    assert done.exit_code == 0, done.output
    assert "line 3" in done.stdout
    assert "2 counts with 150 contacts; new or changed: 2" in done.stdout
    assert "new or changed: 0" in escbot(used, "contacts", str(table)).stdout
    found = report(used)["contacts"]
    assert (found["contacts"], found["escalated"]) == (150, 2)
    escbot(used, "contacts", "900", "--day", "2026-11")  # two of its days are counted already
    said = "1 count of contacts is left out"
    assert said in escbot(used, "report").stdout
    assert said in escbot(used, "report", "--html").stdout
    table.write_text("day,contacts\nnever,1\n")
    done = escbot(used, "contacts", str(table))
    assert done.exit_code == 2
    assert "no row that can be used" in done.output


def test_scores_are_noted_once_and_unknown_cases_are_said(used: str, tmp_path: Path) -> None:
    table = tmp_path / "scores.csv"
    table.write_text("case,score,comment\nESC-1,5,@good\nESC-99,4,\n")
    done = escbot(used, "csat", str(table))
    assert done.exit_code == 0, done.output
    assert "2 scores; new or changed: 1" in done.stdout
    assert "ESC-99" in done.stdout
    assert "new or changed: 0" in escbot(used, "csat", str(table)).stdout
    assert report(used)["satisfaction"]["rated"] == 1
    assert escbot(used, "csat", "ESC-1", "9").exit_code == 2


def test_a_draft_and_why_there_is_none(used: str) -> None:
    text = escbot(used, "draft", "ESC-1").stdout
    assert text.startswith("# Nobody can pay")
    assert HOSTILE not in text
    assert "isn't resolved yet" in escbot(used, "draft", "2").output
    assert escbot(used, "draft", "ESC-77").exit_code == 2


def test_a_review_of_a_month_and_of_an_empty_one(used: str) -> None:
    said = escbot(used, "review", "--month", "2026-11").stdout
    assert "Support in November 2026" in said
    assert "Three decisions to take" in said
    page = escbot(used, "review", "--month", "2026-11", "--html").stdout
    assert "@media print" in page
    assert "http" not in page.replace("http-equiv", "")  # nothing is loaded from elsewhere
    empty = escbot(used, "review", "--month", "2025-01").stdout
    assert "Nothing was escalated" in empty
    assert json.loads(escbot(used, "review", "--json", "--month", "2026-11").stdout)["cases"] == 2
    for wrong in (["--month", "2026-13"], ["--team", "nobody"]):
        assert escbot(used, "review", *wrong).exit_code == 2
