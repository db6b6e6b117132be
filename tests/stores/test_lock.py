"""One writer at a time, and a dead one holds nothing."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from tierwise.core.errors import Busy
from tierwise.stores.lock import only_writer

HOLD = """
import sys, time
from datetime import datetime
from pathlib import Path
from tierwise.stores.lock import only_writer
with only_writer(Path(sys.argv[1]), datetime(2024, 1, 2, 3, 4)):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_writer_is_told_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "lock"
    with (
        only_writer(path, datetime(2024, 1, 2, 3, 4)),
        pytest.raises(Busy) as caught,
        only_writer(path, datetime(2024, 1, 3)),
    ):
        pytest.fail("two writers")
    assert str(os.getpid()) in str(caught.value)
    assert "2024-01-02T03:04" in str(caught.value)
    with only_writer(path, datetime(2024, 1, 3)):
        assert "2024-01-03" in path.read_text()
        assert "2024-01-02" not in path.read_text()


def test_an_error_inside_releases_it(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), only_writer(tmp_path / "lock", datetime(2024, 1, 1)):
        raise RuntimeError
    with only_writer(tmp_path / "lock", datetime(2024, 1, 1)):
        pass


def test_a_killed_writer_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy, match=str(holder.pid)), only_writer(path, datetime(2024, 1, 1)):
            pytest.fail("two writers")
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with only_writer(path, datetime(2024, 1, 1)):
            pass
