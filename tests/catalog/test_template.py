from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.report import Report
from catalog.template import MAX_TEMPLATE_CHARACTERS, Template, read_template


def read(text: str, first_line: int = 1) -> tuple[Template, list[str]]:
    report = Report("a.prompt")
    return read_template(text, report, first_line=first_line), [str(problem) for problem in report.problems]


def uses(text: str) -> dict[str, bool]:
    template, problems = read(text)
    assert problems == []
    return {use.name: use.printed for use in template.uses}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{{ticket}}", {"ticket": True}),
        ("{{{ticket}}} {{&other}} {{~third~}}", {"ticket": True, "other": True, "third": True}),
        ("{{user.name}} {{this.a}} {{./b}} {{@root.c}}", {"user": True, "a": True, "b": True, "c": True}),
        ("{{#if urgent}}{{ticket}}{{else}}-{{/if}}", {"urgent": False, "ticket": False}),
        ("{{#each items}}{{this}} {{name}} {{@index}} {{../ticket}}{{/each}}", {"items": False, "ticket": False}),
        ("{{#each items as |item|}}{{item.name}}{{/each}}", {"items": False}),
        ("{{#with user}}{{name}}{{/with}}{{name}}", {"user": False, "name": True}),
        ("{{#ifEquals a 'x'}}1{{else if b}}2{{/ifEquals}}", {"a": False, "b": False}),
        ("{{json data indent=2}}", {"data": False}),
        ("{{! a comment }}{{!-- {{not}} --}} \\{{nor_this}}", {}),
        ("no tag at all { } }}", {}),
    ],
)
def test_the_inputs_that_a_template_uses_are_known(text: str, names: dict[str, bool]) -> None:
    assert uses(text) == names


def test_a_use_knows_its_line_and_column() -> None:
    template, _ = read("a\nb {{x}}\n\n{{y}}", first_line=10)
    assert [(use.name, use.mark.line, use.mark.column) for use in template.uses] == [("x", 11, 3), ("y", 13, 1)]


def test_roles_divide_a_template_into_messages() -> None:
    template, problems = read('{{role "system"}}\nBe brief.\n{{role "user"}}\n{{ticket}}\n{{role \'model\'}}Team:')
    assert problems == []
    assert [(segment.role, segment.template) for segment in template.segments] == [
        ("system", "Be brief."),
        ("user", "{{ticket}}"),
        ("assistant", "Team:"),
    ]


def test_text_without_a_role_is_the_users() -> None:
    template, _ = read("Hello")
    assert [(segment.role, segment.template) for segment in template.segments] == [("user", "Hello")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{{role "assistant"}}', "Did you mean '{{role \"model\"}}'?"),
        ('{{role "sytem"}}', "Did you mean '{{role \"system\"}}'?"),
        ("{{role name}}", "is no role"),
        ('{{#if a}}{{role "user"}}{{/if}}', "inside of a block"),
        ("{{history}}", "{{history}} is not supported. Conversations are not kept"),
        ("{{media url=x}}", "{{media}} is not supported"),
        ("{{> header}}", "Partials"),
        ("{{#> layout}}{{/layout}}", "Partials"),
        ("{{#iff a}}{{/iff}}", "Did you mean 'if'?"),
        ("{{#section}}x{{/section}}", "is no block"),
        ("{{^a}}x{{/a}}", "is no block"),
        ("{{upper name}}", "'upper' is no helper. Allowed: role, json."),
        ("{{#if a}}", "{{#if}} is never closed. Add {{/if}}."),
        ("{{/if}}", "no block is open"),
        ("{{#if a}}{{/each}}{{/if}}", "{{/if}} is expected here"),
        ("{{else}}", "outside of a block"),
        ("{{}}", "The tag is empty"),
        ("{{ticket", "not closed"),
        ("{{a {{b}}", "not closed"),
        ("{{!-- never", "never closed"),
        ("{{json (lookup a b)}}", "not supported in a tag"),
        ("{{a-b%}}", "cannot be a variable"),
        ("{{#if a}}" * 12 + "{{/if}}" * 12, "nested more than"),
        ("x" * (MAX_TEMPLATE_CHARACTERS + 1), "longer than"),
    ],
)
def test_what_a_prompt_does_not_need_is_refused(text: str, expected: str) -> None:
    _, problems = read(text)
    assert any(expected in problem for problem in problems), problems


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["{{", "\\", "{{!--", "{{#if a}}", "}}", "{{a}}", "{{{", "{{role 'user'}}", "{{ "])
def test_a_large_hostile_template_is_read_at_once(piece: str) -> None:
    template, problems = read(piece * (MAX_TEMPLATE_CHARACTERS // len(piece)))
    assert isinstance(template, Template)
    assert len(problems) <= 200


_PIECES = [
    "{{",
    "}}",
    "{{{",
    "}}}",
    "#if ",
    "/if",
    "else",
    "a",
    ".",
    "../",
    "\\",
    "\n",
    "!--",
    "--",
    "~",
    "role 'user'",
    "@index",
    "as |x|",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join))
def test_any_template_is_read_without_a_traceback(text: str) -> None:
    template, _ = read(text)
    assert isinstance(template, Template)
