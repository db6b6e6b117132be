"""Bad model files: every problem at its line and column, with advice, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.model.examples import GOOD, SMALL

from tierwise.core.errors import ModelError, NotFound, Problem
from tierwise.model.advice import advice
from tierwise.model.load import check_document, load_model, merged, read_project
from tierwise.model.model import Model
from tierwise.model.yaml import parse_yaml


def check(text: str) -> Model:
    return check_document(merged([parse_yaml(text.encode(), "tierwise.yaml")]))


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ModelError) as caught:
        check(text)
    return caught.value.problems


def the_problem(before: str, after: str) -> tuple[Problem, int, int]:
    """The one problem that a change to the good model makes, with the line and column of the mark `¦` in it."""
    assert GOOD.count(before) == 1, before
    changed = GOOD.replace(before, after)
    start = changed.index("¦")
    line, column = changed.count("\n", 0, start) + 1, start - changed.rfind("\n", 0, start)
    (problem,) = problems(changed.replace("¦", ""))
    return problem, line, column


def test_the_good_model_loads() -> None:
    model = check(GOOD)
    assert model.company == "Acme"
    assert list(model.segments) == ["credit_unions", "banks"]
    assert model.parties == {"first": 1.0, "second": 0.7, "third": 0.2}


# What is written instead of what, with ¦ before the place that must be named; then the message and the hint.
BAD = [
    ("company: Acme", "company: ¦''", "must not be empty", "write a text"),
    ("company: Acme", "company: ¦2024", "must be text, not the number 2024", "in quotes"),
    ("company: Acme", "company: ¦true", "must be text, not true", "in quotes"),
    ("company: Acme", "company: ¦[Acme]", "must be text, not a list", "in quotes"),
    ("currency: USD", "currency: ¦USDD", "'USDD' is not a currency", "did you mean 'USD'?"),
    ("currency: USD", "currency: ¦usd", "'usd' is not a currency", "did you mean 'USD'?"),
    ("engine: duckdb", "engine: ¦ducdb", "no engine 'ducdb'", "did you mean 'duckdb'?"),
    ("engine: duckdb", "¦engin: duckdb", "there is no 'engin' here", "did you mean 'engine'?"),
    ("engine: duckdb", "¦zzz: 1", "there is no 'zzz' here", "known here: accounts, acquisition, alarms, attributes"),
    ("  web: {kind: files", "  web: {kind: ¦filez", "'filez' is not known here", "did you mean 'files'?"),
    ("  web: {kind: files, ", "  ¦web: {", "'kind' is missing", "add 'kind:'"),
    ("keys: crm", "keys: ¦crn", "there is no source 'crn'", "did you mean 'crm'?"),
    ("map: {account_key: Record ID,", "constants: {other_source: ¦wbe}, map: {account_key: Record ID,",
     "there is no source 'wbe'", "did you mean 'web'?"),
    ("retention: {", "values: {evidence: {answer: {hm: ¦yess}}}\nretention: {", "no answer called 'yess'",
     "did you mean 'yes'?"),
    ("retention: {", "values: {evidence: {¦anser: {hm: 'yes'}}}\nretention: {", "no column of evidence 'anser'",
     "did you mean 'answer'?"),
    ("retention: {", "win_rate: {known_when_won: [¦industri]}\nretention: {", "no dimension 'industri'",
     "did you mean 'industry'?"),
    ("retention: {", "discovery: {attributes: [¦industri, tools]}\nretention: {", "no column of accounts 'industri'",
     "did you mean 'industry'?"),
    ("retention: {", "discovery: {known_before_purchase: [¦tols]}\nretention: {", "no column of accounts 'tols'",
     "did you mean 'tools'?"),
    ("retention: {", "discovery: {edges: {¦employes: [50, 200]}}\nretention: {", "no column of accounts 'employes'",
     "did you mean 'employees'?"),
    ("retention: {", "discovery: {edges: {¦tools: [50, 200]}}\nretention: {", "'tools' is not a number", "employees"),
    ("  web: {kind: files, ", "  ¦domain: {kind: files, ", "a source cannot be called 'domain'", "call it after its system"),
    ("  web: {kind: files, ", "  app: {kind: files, keys: ¦web, tables: {events: a.csv}}\n  web: {kind: files, ",
     "'web' takes its own keys from 'crm'", "write keys: crm"),
    ("keys: crm", "keys: ¦web", "a source cannot take its keys from itself", "delete the line"),
    ("tables: {events: {", "tables: {¦evnts: {", "'evnts' is not a table", "did you mean 'events'?"),
    ("dates: iso}", "dates: ¦isso}", "'isso' is not a date format", "did you mean 'iso'?"),
    ("dates: iso}", "dates: {¦occured_at: iso}}", "no column of events 'occured_at'", "'occurred_at'?"),
    ("dates: iso}", "¦datess: iso}", "there is no 'datess' here", "did you mean 'dates'?"),
    ("dates: iso}", "delimiter: ¦';;'}", "';;' does not have the form", "it must match"),
    ("dates: iso}", "allow_empty: ¦maybe}", "must be true or false", "write true or false"),
    ("  web: {kind", "  ¦Web: {kind", "'Web' cannot be a name here", "lower-case letters"),
    ("{account_key: Record ID", "{¦acount_key: Record ID", "no column of accounts 'acount_key'", "'account_key'?"),
    ("{domain: Company", "{¦domane: Company", "no column of accounts 'domane'", "did you mean 'domain'?"),
    ("map:\n  accounts:", "map:\n  ¦account:", "no table of records 'account'", "did you mean 'accounts'?"),
    ("{EUR: 1.1", "{¦EURO: 1.1", "'EURO' is not a currency", "did you mean 'EUR'?"),
    ("{EUR: 1.1", "{EUR: ¦'one'", "must be a number, not 'one'", "without quotes"),
    ("{EUR: 1.1", "{EUR: ¦true", "must be a number, not true", "without quotes"),
    ("rates: {EUR: 1.1", "rates: ¦{EUR: 0", "the rate of EUR must be more than 0", "units of your currency"),
    ("{type: text,", "{type: ¦txt,", "'txt' is not known here", "did you mean 'text'?"),
    ("[50, 200, 1000]", "¦[200, 50]", "must be positive and ascend", "[50, 200, 1000]"),
    ("[50, 200, 1000]", "[50, ¦many]", "must be a whole number, not 'many'", "without quotes"),
    ("[50, 200, 1000]", "¦200", "must be a list, not the number 200", "[first, second]"),
    ("accounts: {employee_bands", "accounts: {¦attributes: {x: {}}, employee_bands", "no 'attributes'", "section"),
    ("won: [Closed Won]", "¦wonn: [Closed Won]", "there is no 'wonn' here", "did you mean 'won'?"),
    ("    where: \"sub_industry", "    where: \"¦sub_industri", "no column 'sub_industri'", "'sub_industry'?"),
    ("employees between 200", "¦employes between 200", "no column 'employes'", "did you mean 'employees'?"),
    ("industry = 'Banking' and tools", "¦industry = 5 and tools", "industry is text, 5 is number", "single quotes"),
    ("tools is not null", "¦tols is not null", "no column 'tols'", "did you mean 'tools'?"),
    ("tools is not null", "¦md5(tools) = 'x'", "md5() is not allowed", "allowed: lower"),
    ("tools is not null", "tools = 'x' or ¦pg_sleep(9) = 1", "pg_sleep() is not allowed", "allowed: lower"),
    ("tools is not null", "¦lowr(tools) = 'x'", "lowr() is not allowed", "did you mean 'lower'?"),
    ("{where: industry = 'Banking' and tools is not null}", "{where: ¦employees}", "not a condition", "compare"),
    ("{where: industry = 'Banking' and tools is not null}", "{where: ¦''}", "an empty condition", "employees >= 200"),
    ("{where: industry = 'Banking' and tools is not null}", "¦5", "a group of 'name: value' lines", "one 'name"),
    ("{third: 0.2}", "{¦thrid: 0.2}", "'thrid' is not a party", "did you mean 'third'?"),
    ("{third: 0.2}", "{third: ¦1.2}", "must be 1 or less, not the number 1.2", "change the number"),
    ("party: first", "party: ¦frist", "'frist' is not known here", "did you mean 'first'?"),
    ("family: web,", "family: ¦wep,", "'wep' is not known here", "did you mean 'web'?"),
    ("points: 10}", "points: ¦0}", "must be more than 0", "change the number"),
    ("points: 10}", "¦pionts: 10}", "there is no 'pionts' here", "did you mean 'points'?"),
    ("path like '/pricing%'", "¦pth like '/pricing%'", "no column 'pth'", "did you mean 'path'?"),
    ("score >= 60", "¦score >= '60'", "score is number, '60' is text", "without quotes"),
    ("[industry, employee_band", "[industry, ¦contry", "no column of accounts 'contry'", "'country'?"),
    ("period_months: 12", "period_months: ¦0", "must be 1 or more, not the number 0", "change"),
    ("engine: duckdb", "win_rate: {window_days: ¦soon}", "must be a whole number, not 'soon'", "without quotes"),
    ("horizon_months: 48", "records_from: ¦2020-13-01", "must be a date", "2025-12-31"),
    ("engine: duckdb", "revenue: {¦currency: EUR}", "there is no 'currency' here", "delete the line"),
    ("saturation: 15", "saturation: ¦-1", "must be more than 0", "change the number"),
    ("segment = 'credit_unions'", "segment = '¦credit_union'", "no segment 'credit_union'", "'credit_unions'?"),
    ("segment = 'credit_unions'", "segment in ('banks', '¦bank')", "no segment 'bank'", "did you mean 'banks'?"),
    ("segment = 'credit_unions'", "verdict = '¦validatd'", "no verdict 'validatd'", "did you mean 'validated'?"),
    ("{column: employees,", "{column: ¦employes,", "no column 'employes'", "did you mean 'employees'?"),
    ("{column: employees,", "{column: ¦industry,", "'industry' is varchar", "use `score`"),
    ("fit:\n  strategic_fit: {weight: 0.35", "fit:\n  ¦strategic_fit: {weight: 0.36", "sum to 1.01, not to 1", ""),
    ("gate: 0.6", "gate: ¦1.6", "must be less than 1", "change the number"),
    ("{one_to_one: 2}", "{¦one_to_won: 2}", "there is no 'one_to_won' here", "did you mean 'one_to_one'?"),
    ("readiness: {gate: 0.6", "readiness: {half_life_days: {¦presure: 9}", "no dimension", "'pressure'?"),
    ("readiness: {gate: 0.6", "readiness: {role_weights: {¦boss: 1}", "no role of a respondent", "known: economic"),
    ("dormant_days: 180", "dormant_days: ¦1.5", "must be a whole number", "round it"),
    ("one_to_one: 12", "one_to_one: ¦-1", "must be 0 or more", "change the number"),
    ("one_to_one: 12", "one_to_one: ¦a dozen", "must be a whole number, not 'a dozen'", "without quotes"),
    ("one_to_one: 12", "one_to_one: ¦true", "must be a number, not true", "without quotes"),
    ("one_to_one: 12", "¦gate_mode: required", "there is no 'gate_mode' here", "delete the line"),
    ("tiers: {one_to_one: 12, one_to_few: 60}", "tiers: ¦[12, 60]", "a group of 'name: value' lines", "one 'name"),
    ("one_to_few: 60}", "one_to_few: 60, ¦one_to_few: 61}", "'one_to_few' is defined twice", "keep one"),
    ("lifecycle: {dormant_days: 180}", "¦lifecyle: {dormant_days: 180}", "there is no 'lifecyle'", "'lifecycle'?"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "message", "hint"), BAD, ids=[after[:50] for _, after, _, _ in BAD])
def test_bad_models(before: str, after: str, message: str, hint: str) -> None:
    problem, line, column = the_problem(before, after if "¦" in after else after + "¦")
    assert message in problem.message
    assert hint in problem.hint
    assert problem.file == "tierwise.yaml"
    if "¦" in after:
        assert (problem.line, problem.column) == (line, column)


@pytest.mark.parametrize("section", ["company", "currency", "sources"])
def test_what_every_model_needs(section: str) -> None:
    lines = [line for line in SMALL.splitlines() if not line.startswith(section)]
    (problem,) = problems("\n".join(lines))
    assert problem.message == f"'{section}' is missing"
    assert problem.line == 1


def test_all_problems_at_once_in_the_order_of_the_file() -> None:
    text = (
        GOOD.replace("currency: USD", "currency: USDD")
        .replace("keys: crm", "keys: crn")
        .replace("sub_industry =", "sub_industri =")
        .replace("party: first", "party: frist")
        .replace("points: 10", "points: ten")
        .replace("path like", "pth like")
        .replace("score >= 60", "scor >= 60")
        .replace("gate: 0.6", "gate: 6")
        .replace("one_to_few: 60", "one_to_few: 60, one_to_few: 61")
        .replace("segment = 'credit_unions'", "segment = 'credit_union'")
    )
    found = problems(text)
    assert [problem.path for problem in found] == [
        "currency", "sources.web.keys", "segments.credit_unions.where", "signals.pricing_page.where",
        "signals.pricing_page.party", "signals.pricing_page.points", "signals.surge.where", "fit.strategic_fit.score.5",
        "readiness.gate", "tiers.one_to_few",
    ]  # fmt: skip
    assert all(problem.hint for problem in found)


def test_a_wrong_entry_makes_no_second_problem_elsewhere() -> None:
    """A segment that is wrong is still a segment, a source a source and an attribute a column."""
    text = (
        GOOD.replace("banks: {where:", "banks: {wher:")
        .replace("segment = 'credit_unions'", "segment = 'banks'")
        .replace("  crm:\n    kind: files", "  crm:\n    kind: file")
        .replace("tools: {type: text", "tools: {type: txt")
    )
    assert {problem.path for problem in problems(text)} == {
        "segments.banks.wher", "segments.banks.where", "sources.crm.kind", "attributes.tools.type",
    }  # fmt: skip


def test_sections_may_be_empty() -> None:
    assert check(SMALL + "segments:\n  # to come\nsignals:\ntiers:\n").segments == {}


@pytest.mark.parametrize("text", ["- a\n- b\n", "just text\n", "5\n"])
def test_a_file_that_is_no_mapping(text: str) -> None:
    assert "section: ..." in problems(text)[0].message


def test_a_project_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "tierwise.yaml").write_text(SMALL)
    assert load_model(tmp_path).company == "Acme"


def test_or_a_folder_of_files_merged_by_section(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "company.yaml").write_text(SMALL)
    (folder / "segments.yaml").write_text("segments: {small: {where: employees < 50}}\n")
    assert list(load_model(tmp_path).segments) == ["small"]
    (folder / "more.yaml").write_text("# more\n\nsegments: {large: {where: employees > 50}}\n")
    with pytest.raises(ModelError) as caught:
        load_model(tmp_path)
    (problem,) = caught.value.problems
    assert problem.message == "the section 'segments' is defined twice: in model/more.yaml:3 and here"
    assert (problem.file, problem.line, problem.column) == ("model/segments.yaml", 1, 1)


def test_every_file_of_a_folder_is_reported(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "a.yaml").write_text("x: [\n")
    (folder / "b.yaml").write_text("y: &a 1\n")
    with pytest.raises(ModelError) as caught:
        load_model(tmp_path)
    assert [problem.file for problem in caught.value.problems] == ["model/a.yaml", "model/b.yaml"]


def test_not_both(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "a.yaml").write_text(SMALL)
    (tmp_path / "tierwise.yaml").write_text(SMALL)
    with pytest.raises(ModelError, match="keep one of the two"):
        read_project(tmp_path)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        load_model(tmp_path)
    assert caught.value.hint == "run: tierwise init"
    (tmp_path / "tierwise.yml").write_text(SMALL)
    with pytest.raises(NotFound, match="rename tierwise"):
        load_model(tmp_path)


def test_a_model_that_is_well_may_lack_something() -> None:
    evidence = "  research: {kind: files, tables: {evidence: {file: e.csv, map: {answer: Said}}}}\n  web: {kind: files"
    model = check(GOOD.replace("  web: {kind: files", evidence))
    (said,) = advice(model)
    assert "sources.research: evidence maps no heading to role" in said
    assert not list(
        advice(check(GOOD.replace("  web: {kind: files", evidence.replace("map:", "constants: {role: user}, map:"))))
    )
