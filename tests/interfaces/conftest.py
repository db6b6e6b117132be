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


@pytest.fixture(scope="session")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small company that seats unproven profiles: its few deals prove none. It may be recorded into."""
    folder = tmp_path_factory.mktemp("asking")
    small_company(folder)
    model = folder / "tierwise.yaml"
    told = model.read_text().replace("tiers: {one_to_one: 12,", "tiers: {unvalidated: allow, one_to_one: 12,")
    model.write_text(told)
    done = tierwise("run", folder, "--as-of", "2026-06-30", "--quiet")
    assert done.code == 0, done.err
    return folder
