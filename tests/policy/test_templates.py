"""Templates: a few sentences with values, and nothing else."""

from __future__ import annotations

import pytest

from escbot.services.templates import TemplateError, compose, render
from tests.make import a_policy


@pytest.mark.parametrize(
    "source",
    [
        "{% for x in range(10**9) %}a{% endfor %}",
        "{% for id in summary %}{% for owner in summary %}a{% endfor %}{% endfor %}",
        "{% set owner %}{{ summary }}{{ summary }}{% endset %}{{ owner }}{{ owner }}",
        "{% with owner = summary %}{{ owner }}{% endwith %}",
        "{{ 'a' * 10**9 }}",
        "{% for c in summary %}{{ summary }}{% endfor %}",
        "{% macro m() %}{% endmacro %}",
        "{{ 1 / 0 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ id() }}",
        "{{ nobody }}",
        "{% include 'x' %}",
        "{{ id | pprint }}",
        "{{ id",
        "x" * 5000,
    ],
)
def test_what_could_run_or_reach_out_is_refused(source: str) -> None:
    with pytest.raises(TemplateError):
        render(source, {"id": "ESC-1", "summary": "Down"})


def test_values_conditions_and_a_few_filters_are_enough() -> None:
    source = (
        "{# for whoever is asked #}{% if owner is not none and severity != 'P4' %}{{ owner|title }}"
        "{% elif not id %}-{% else %}{{ 'A specialist' if id in 'ESC-1' else 'We' }}{% endif %}"
        " has {{ resolution|default('it', true)|upper }}"
    )
    assert render(source, {"id": "ESC-1", "owner": "priya"}) == "Priya has IT"
    assert render(source, {"id": "ESC-1"}) == "A specialist has IT"


def test_a_severity_has_its_own_words_and_an_unknown_language_falls_back() -> None:
    values = {"id": "ESC-1", "update_within": "30 min"}
    urgent = compose(a_policy(), "acknowledgement", "P1", "xx", values)
    assert "highest priority" in urgent
    assert "ESC-1" in compose(a_policy(), "acknowledgement", "P3", "en", values)


def test_no_packaged_text_promises_more_than_the_next_update() -> None:
    values = {"id": "ESC-1", "update_within": "30 min", "owner": "Priya"}
    for template in a_policy().templates:
        if template.name == "resolution" or template.severity == "P4":
            continue  # what is over promises nothing, and a wish has no limit
        text = render(template.text, values).casefold()
        assert "30 min" in text
        for promise in ("fix", "solve", "resol", "behoben", "gelöst"):
            assert promise not in text


def test_a_long_value_is_cut() -> None:
    assert render("{{ summary }}", {"summary": "x" * 100_000}) == "x" * 3000
    assert len(render("{{ summary }}" * 30, {"summary": "x" * 100_000})) == 12_000
