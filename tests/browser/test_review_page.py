"""The review and the report can be read at a desk, on a phone and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from escbot.http.pages import page
from escbot.http.pages.review import review_page
from escbot.insights.metrics import MARKED, cases_of, report
from escbot.services.reviews import names_of
from escbot.words.figures import CLOCKS, NAMES, SCORES, SHARES, list_name
from tests.browser.conftest import Open
from tests.insights.test_review import reviewed, two_months
from tests.make import a_policy

pytestmark = pytest.mark.browser


def pages(folder: Path) -> dict[str, Path]:
    stories = two_months()
    figures = {**report(stories, ["severity", "area"]), "from": None, "to": None, "where": []}
    lists = {name: [one.id for one in cases_of(stories, name)] for name in MARKED}
    made = {
        "review": review_page(reviewed(stories), names_of(a_policy())),
        "report": page(
            "report.html", title="Escalations", r=figures, names=NAMES, shares=SHARES, lists=lists,
            clocks=CLOCKS, scores=SCORES, listed=list_name, label=lambda dimension, value: value,
            left_out=["1 count of contacts is left out."],
        ),
    }  # fmt: skip
    paths = {name: folder / f"{name}.html" for name in made}
    for name, text in made.items():
        paths[name].write_text(text, "utf-8")
    return paths


@pytest.mark.parametrize("name", ["review", "report"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_nothing_sticks_out(open_page: Open, tmp_path: Path, name: str, width: int) -> None:
    size = {"width": width, "height": 844}
    shown = await open_page(pages(tmp_path)[name].as_uri(), viewport=size)
    root = "document.documentElement"
    assert await shown.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")


async def test_on_paper_the_lists_of_cases_are_left_out(open_page: Open, tmp_path: Path) -> None:
    shown = await open_page(pages(tmp_path)["report"].as_uri())
    await shown.emulate_media(media="print")
    assert not await shown.locator(".cases").is_visible()


async def test_a_figure_leads_to_its_cases(open_page: Open, tmp_path: Path) -> None:
    size = {"width": 1280, "height": 500}
    shown = await open_page(pages(tmp_path)["report"].as_uri(), viewport=size)
    cases = shown.locator("#resolved")
    await expect(cases).not_to_be_visible()  # a long list is folded
    await shown.locator('a[href="#resolved"]').first.click()
    await expect(cases).to_be_in_viewport()
    resolved = [one.id for one in cases_of(two_months(), "resolved")]
    await expect(cases).to_have_text(", ".join(resolved))
