"""Product names on deals and invoices against the company's own list."""

from __future__ import annotations

from collections import Counter

from tests.steps import run

LISTED = ["GTX Pro", "GTX Basic", "MG-1", "mg 1"]


def unlisted(*products: str | None, listed: list[str] = LISTED) -> dict[str, tuple[int, str | None]]:
    given = {
        "landing_products": [{"product": name} for name in listed],
        "landing_opportunities": [{"product": name} for name in products],
        "landing_invoices": [{"product": "AMAZONFEE"}],
    }
    found = run("unlisted_products", given=given)["unlisted_products"]
    assert Counter(row["fact"] for row in found)["invoices"] == (1 if listed else 0)
    return {row["product"]: (row["rows"], row["resembles"]) for row in found if row["fact"] == "opportunities"}


def test_a_name_that_differs_in_spaces_is_reported_with_the_one_it_resembles() -> None:
    assert unlisted("GTXPro", "GTXPro", "gtx basic", "GTX Pro", "Else", None) == {
        "GTXPro": (2, "GTX Pro"), "gtx basic": (1, "GTX Basic"), "Else": (1, None),
    }  # fmt: skip


def test_what_resembles_two_names_is_left_to_a_person() -> None:
    assert unlisted("MG.1") == {"MG.1": (1, None)}


def test_outer_spaces_are_not_part_of_a_name() -> None:
    assert unlisted(" GTX Pro ") == {}


def test_without_a_list_nothing_is_unlisted() -> None:
    assert unlisted("GTXPro", listed=[]) == {}
