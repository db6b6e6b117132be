"""The facade: what it refuses before anything is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.companies import write_company

from tierwise.core.errors import NotFound
from tierwise.project import Project


def test_records_beside_the_model_are_named_when_they_are_sought_elsewhere(tmp_path: Path) -> None:
    folder = write_company(tmp_path / "project", {"crm": {"accounts": [{"account_key": "1", "name": "A"}]}})
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with pytest.raises(NotFound) as refused:
        Project.open(folder, elsewhere)
    assert str(elsewhere / "crm") in str(refused.value)
    assert "leave --data out" in str(refused.value.hint)
    (elsewhere / "crm").mkdir()
    Project.open(folder, elsewhere).close()
