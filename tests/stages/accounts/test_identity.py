"""Companies that no key connects are found to be one by their names, domains and places, and say why."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.steps import DAY, Results, run

from tierwise.engines.duckdb import DuckdbEngine
from tierwise.pipeline.flow import FLOW
from tierwise.pipeline.run import step_named
from tierwise.sql.query import compiled
from tierwise.stages.accounts.identity.spec import IdentitySpec
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import dictionary

STEPS = tuple(step.name for step in FLOW if step.section == "identity")
NAMED = ("match_names", "match_written", "match_cores")
# The same company as three systems of its country write it.
WRITTEN = {
    "US": ("Foxtrail Tools, Inc.", "FOXTRAIL TOOLS INC", "Foxtrail Tools Corporation"),
    "GB": ("Foxtrail Tools Ltd.", "Foxtrail Tools PLC", "The Foxtrail Tools LIMITED"),
    "DE": ("Foxtrail Tools GmbH & Co. KG", "Foxtrail Tools AG", "FOXTRAIL TOOLS Gesellschaft mbH"),
    "AT": ("Foxtrail Tools Ges.m.b.H.", "Foxtrail Tools GesmbH"),
    "CH": ("Foxtrail Tools Sàrl", "Foxtrail Tools SA"),
    "FR": ("Foxtrail Tools S.A.S.", "Société Foxtrail Tools SARL"),
    "BE": ("Foxtrail Tools BVBA", "Foxtrail Tools NV/SA"),
    "NL": ("Foxtrail Tools B.V.", "FOXTRAIL TOOLS BV"),
    "IT": ("Foxtrail Tools S.p.A.", "Foxtrail Tools S.r.l."),
    "ES": ("Foxtrail Tools, S.L.", "Foxtrail Tools Sociedad Anónima"),
    "PT": ("Foxtrail Tools, Lda.", "Foxtrail Tools S.A."),
    "BR": ("Foxtrail Tools Ltda", "Foxtrail Tools S.A."),
    "SE": ("Foxtrail Tools AB (publ)", "Foxtrail Tools Aktiebolag"),
    "NO": ("Foxtrail Tools ASA", "Foxtrail Tools AS"),
    "DK": ("Foxtrail Tools A/S", "Foxtrail Tools ApS"),
    "FI": ("Foxtrail Tools Oyj", "Foxtrail Tools Oy"),
    "PL": ("Foxtrail Tools Sp. z o.o.", "Foxtrail Tools S.A."),
    "CZ": ("Foxtrail Tools s.r.o.", "Foxtrail Tools"),
    "JP": ("Foxtrail Tools K.K.", "Foxtrail Tools Co., Ltd."),
    "IN": ("Foxtrail Tools Pvt. Ltd.", "Foxtrail Tools Private Limited"),
    "MY": ("Foxtrail Tools Sdn. Bhd.", "Foxtrail Tools Berhad"),
    "AU": ("Foxtrail Tools Pty Ltd", "FOXTRAIL TOOLS PTY. LTD."),
    "ID": ("PT Foxtrail Tools Tbk", "PT. FOXTRAIL TOOLS"),
    "RU": ("ООО «Фокстраил Тоолс»", "OOO Fokstrail Tools"),
    "exchanges": ("FOXTRAIL TOOLS DL-,001", "Foxtrail Tools EO 1,25", "FOXTRAIL TOOLS INC.CL.A", "Foxtrail Tools Corp. A O.N."),
}  # fmt: skip


def matched(*records: tuple[str, str, str | None, str | None, str | None], **spec: Any) -> Results:
    """The steps of matching over records: key, name, domain, country, city."""
    rows = [
        {
            "record_id": key, "source": "crm", "account_key": key, "name": name, "domain_key": domain, "country": country,
            "city": city,
        }
        for key, name, domain, country, city in records
    ]  # fmt: skip
    return run("key_groups", *STEPS, given={"landing_accounts": rows}, identity=IdentitySpec(**spec))


def decisions(found: Results) -> dict[tuple[str, str], str]:
    return {(row["left_id"], row["right_id"]): row["decision"] for row in found["match_pairs"]}


def test_legal_forms_and_exchange_notes_leave_one_name() -> None:
    rows = [
        {"record_id": f"{place} {n}", "source": "crm", "account_key": f"{place} {n}", "name": name}
        for place, names in WRITTEN.items()
        for n, name in enumerate(names)
    ]
    found = run("key_groups", *NAMED, given={"landing_accounts": rows})
    cores = found.by("match_cores", "name", value="core")
    left = {row["group_id"]: cores[row["name"]] for row in found["match_names"]}
    russian = {"fokstrailtools", "fokstrailtuls"}
    assert {key: core for key, core in left.items() if core != "foxtrailtools" and core not in russian} == {}


OTHERS = [(f"o{n}", f"{a}{b} {c}", f"{a}{b}{c}.example".lower(), "Germany", "Kiel")
          for n, (a, b, c) in enumerate((a, b, c) for a in ("Vor", "Bel", "Tan", "Gru") for b in ("lun", "mik", "sor")
                                        for c in ("Works", "Bank", "Software"))]  # fmt: skip


def test_one_company_in_two_systems_is_the_same_and_says_why() -> None:
    found = matched(
        *OTHERS,
        ("a", "Foxtrail Tools GmbH", "foxtrailtools.de", "Germany", "Berlin"),
        ("b", "FOXTRAIL TOOLS", None, "Germany", "Berlin"),
    )
    assert decisions(found) == {("crm:b", "domain:foxtrailtools.de"): "same"}
    reasons = found["match_reasons"]
    assert [row["field"] for row in reasons] == ["domain", "name", "people", "place", "prior"]
    assert {row["level"] for row in reasons} >= {"unknown", "same city"}
    assert sum(row["weight"] for row in reasons) == found["match_pairs"][0]["weight"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vorlun Works Series 1", "Vorlun Works Series 2"),
        ("First National Bank", "First National Insurance"),
        ("Foxtrail Energy", "Norcroft Energy"),
        ("Foxtrail Energy", "Foxtrail Energy Partners"),
    ],
)
def test_what_sets_names_apart_keeps_companies_apart(one: str, other: str) -> None:
    found = matched(*OTHERS, ("a", one, None, "Germany", "Kiel"), ("b", other, None, "Germany", "Kiel"))
    assert decisions(found).get(("crm:a", "crm:b")) != "same"


def test_abbreviations_slips_and_initials_are_seen() -> None:
    found = matched(
        *OTHERS,
        ("a", "Foxtrail International Manufacturing Holdings", None, "Germany", "Berlin"),
        ("b", "FOXTRAIL INTL MFG HLDGS", None, "Germany", "Berlin"),
        ("c", "Ossendrecht Pharmaceuticals", None, "Germany", "Berlin"),
        ("d", "OSENDRECHT PHARMAC.", None, "Germany", "Berlin"),
    )
    assert set(decisions(found)) == {("crm:a", "crm:b"), ("crm:c", "crm:d")}


def test_different_domains_and_cities_speak_against_one_name() -> None:
    alike = matched(
        *OTHERS, ("a", "Delta Foxtrail", None, "Germany", "Kiel"), ("b", "Delta Foxtrail", None, "Germany", "Kiel")
    )
    unlike = matched(
        *OTHERS,
        ("a", "Delta Foxtrail", "delta-air.de", "Germany", "Kiel"),
        ("b", "Delta Foxtrail", "foxfaucets.com", "Italy", "Rome"),
    )
    assert decisions(alike) == {("crm:a", "crm:b"): "same"}
    assert "same" not in decisions(unlike).values()


def test_blocks_that_too_many_share_are_reported_and_compare_nobody() -> None:
    crowd = [(f"c{n:02d}", "Acme", None, "Germany", None) for n in range(30)]
    found = matched(*crowd, largest_block=20)
    assert found["match_pairs"] == []
    blocks = found.by("match_blocks", "kind", value="left_out")
    assert blocks["name"] == 1


def test_nothing_is_compared_when_the_model_says_so() -> None:
    found = matched(("a", "Foxtrail", None, None, None), ("b", "Foxtrail", None, None, None), enabled=False)
    assert found["match_names"] == found["match_pairs"] == []


def test_own_abbreviations_count() -> None:
    rows = [{"record_id": key, "source": "crm", "account_key": key, "name": name} for key, name in
            (("a", "FXT Tools"), ("b", "Foxtrail Tools"))]  # fmt: skip
    found = run(
        "key_groups", *NAMED, given={"landing_accounts": rows}, identity=IdentitySpec(words={"fxt": "foxtrail"})
    )
    assert {row["core"] for row in found["match_cores"]} == {"foxtrailtools"}


def test_thresholds_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="surely_not lies above surely"):
        IdentitySpec(surely=0.6, surely_not=0.8)


def test_levels_of_pairs_all_have_weights() -> None:
    """A level that the comparison can give and the weights do not know would lose pairs silently."""
    found = matched(*OTHERS, ("a", "Foxtrail", None, None, None), ("b", "Foxtrail 7", None, "Italy", None))
    known = {(row["field"], row["level"]) for row in found["match_weights"]}
    for field in ("name", "domain", "place"):
        assert {(field, row[f"{field}_level"]) for row in found["match_levels"]} <= known
    assert set(dictionary()["match_pairs"].column("decision").values) == {"same", "review"}


def test_no_step_holds_every_company_against_every_other() -> None:
    """Joins go by equal values: a million companies are compared in minutes, not in months."""
    tables, engine = dictionary(), DuckdbEngine()
    for name, rows in matched(*OTHERS).items():
        engine.register(name, filled(tables[name], rows), tables[name].types)
    for name in ("match_keys", "match_candidates", "match_domains_alike", "match_levels", "match_pairs"):
        step = step_named(name)
        assert step is not None
        made = compiled(step.make(IdentitySpec(), DAY), tables, engine.dialect, target=tables[name])
        plan = engine.fetch(f"explain (format json) {made}")
        assert re.findall("NL_JOIN|NESTED_LOOP_JOIN|PIECEWISE_MERGE_JOIN|IE_JOIN", str(plan[1][0])) == [], name
    engine.close()
