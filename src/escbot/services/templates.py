"""The customer's words: Jinja2 in a sandbox, bounded in size and work.

The sandbox keeps a template from reaching into Python; the bounds keep it from running for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from jinja2 import StrictUndefined, Template, nodes
from jinja2 import TemplateError as JinjaError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from escbot.core.policy import Policy
from escbot.core.reasons import Value
from escbot.words.drill import TO_CUSTOMER

LONGEST_SOURCE = 4000
LONGEST_VALUE = 3000
LONGEST_TEXT = 4 * LONGEST_VALUE  # what is said of longer words is for the core to decide
KNOWN = ("id", "customer", "summary", "severity", "owner", "update_within", "resolution")
# Text with values and `if`. Whatever else could do unbounded work, or hide what is said.
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr,
    nodes.Name, nodes.Const, nodes.Filter, nodes.Keyword, nodes.Test,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip
_FILTERS = ("upper", "lower", "title", "trim", "default", "capitalize")
_SAMPLE: Mapping[str, Value] = {
    "id": "ESC-1",
    "customer": "Acme",
    "summary": "Nobody can pay",
    "severity": "System down",
    "owner": "Priya",
    "update_within": "30 min",
    "resolution": "The certificate was renewed.",
}


class TemplateError(ValueError):
    """A template that can't be used, with what to do in one sentence."""


def check(source: str) -> None:
    """Try a template with sample values. Raises TemplateError."""
    render(source, _SAMPLE)
    render(source, {**_SAMPLE, "owner": None, "resolution": None})


def render(source: str, values: Mapping[str, Value]) -> str:
    """Fill a template. Raises TemplateError; a text that grows too long is cut with an ellipsis."""
    template = _compiled(source)
    known = {key: _short(values.get(key)) for key in KNOWN}
    try:
        text = template.render(known)
    except (JinjaError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise TemplateError(f"the template does not work: {error}") from error
    text = text.strip()
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def compose(
    policy: Policy, name: str, severity: str, language: str, values: Mapping[str, Value]
) -> str:
    """Return a customer's text: for this severity before all, in this language before English.

    A drill's text says so itself, should somebody copy it somewhere.
    """
    lead = TO_CUSTOMER if values.get("drill") else ""
    for wanted_language in dict.fromkeys((language, "en")):
        for wanted_severity in (severity, None):
            for template in policy.templates:
                key = (template.name, template.severity, template.language)
                if key == (name, wanted_severity, wanted_language):
                    return lead + render(template.text, values)
    raise TemplateError(f"the policy has no template `{name}`")


def _short(value: Value) -> Value:
    return value[:LONGEST_VALUE] if isinstance(value, str) else value


@lru_cache(maxsize=256)
def _compiled(source: str) -> Template:
    if len(source) > LONGEST_SOURCE:
        raise TemplateError(f"a template has at most {LONGEST_SOURCE} characters")
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    try:
        tree = environment.parse(source)
        for node in (tree, *tree.find_all(nodes.Node)):
            if not isinstance(node, _ALLOWED):
                kind = type(node).__name__.lower()
                raise TemplateError(
                    f"a template is text with values and `if`; `{kind}` is not allowed"
                )
        for filter_ in tree.find_all(nodes.Filter):
            if filter_.name not in _FILTERS:
                raise TemplateError(f"filters are: {', '.join(_FILTERS)}; not `{filter_.name}`")
        for name in tree.find_all(nodes.Name):
            if name.name not in KNOWN:
                raise TemplateError(f"there is no value `{name.name}`; known: {', '.join(KNOWN)}")
        return environment.from_string(source)
    except JinjaError as error:
        raise TemplateError(f"this is not a template: {error}") from error
    except RecursionError:
        raise TemplateError("the template is nested too deeply") from None
