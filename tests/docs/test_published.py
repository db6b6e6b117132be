"""The page of published tables is what the command prints, and every figure holds."""

from __future__ import annotations

import pytest
from scripts import published


def test_every_published_figure_holds_and_stands_on_the_page() -> None:
    found = published.tables()
    assert [figure.what for table in found for figure in table.figures if not figure.holds] == []
    assert published.PAGE.read_text(encoding="utf-8") == published.page(found)


def test_a_wrong_figure_is_seen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = published.Published("t", "s", (published.Figure("median", "1.20", 1.206), published.Figure("n", "3", 3.4)))
    monkeypatch.setattr(published, "tables", lambda: [wrong])
    monkeypatch.setattr("sys.argv", ["published"])
    with pytest.raises(SystemExit, match="rounding: median"):
        published.main()
    assert "**differs**" in capsys.readouterr().out
