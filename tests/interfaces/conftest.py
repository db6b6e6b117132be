"""One small company, run once: its project is read by many tests and changed by none."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.interfaces.command_line import small_company, tierwise


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two published lists. Do not write into it."""
    folder = tmp_path_factory.mktemp("company")
    small_company(folder)
    for day in ("2026-03-31", "2026-06-30"):
        done = tierwise("run", folder, "--as-of", day, "--quiet")
        assert done.code == 0, done.err
    return folder
