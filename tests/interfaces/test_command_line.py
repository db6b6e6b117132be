"""The command line's manners: streams, colours, exit codes, no traceback, closed pipes and interrupts."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
import typer
from tests.interfaces.command_line import command, process, small_company, tierwise

from tierwise import __version__
from tierwise.interfaces.cli.guard import explained, guarded
from tierwise.interfaces.cli.table import COMMANDS, overview
from tierwise.interfaces.cli.terminal import Terminal


def test_the_overview_names_every_command() -> None:
    for arguments in ([], ["--help"], ["-h"]):
        done = process(*arguments)
        assert (done.code, done.out, done.err) == (0, overview(), "")
    assert all(f"  {c.name} " in overview() for c in COMMANDS)
    assert tierwise("--version").out == f"tierwise {__version__}\n"


def test_an_unknown_command_has_a_near_miss() -> None:
    done = tierwise("rnu")
    assert (done.code, done.out) == (2, "")
    assert "did you mean 'run'?" in done.err


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    done = tierwise("run", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "tierwise init" in done.err
    assert "Traceback" not in done.err


def test_a_wrong_date_is_a_usage_error(project: Path) -> None:
    done = tierwise("show", "tiers", "-p", project, "--as-of", "30.06.2026")
    assert done.code == 2
    assert "2026-06-30" in done.err


def test_a_wrong_condition_names_the_near_miss(project: Path) -> None:
    done = tierwise("show", "tiers", "-p", project, "--where", "teir = '1'")
    assert done.code == 2
    assert "tier" in done.err


def test_an_unreadable_file_is_bad_data(tmp_path: Path) -> None:
    small_company(tmp_path)
    (tmp_path / "crm" / "deals.csv").write_text("no,such,headings\n1,2,3\n")
    done = tierwise("ingest", tmp_path)
    assert done.code == 65
    assert "deals.csv" in done.err or "opportunities" in done.err


def test_a_held_project_is_busy(tmp_path: Path) -> None:
    small_company(tmp_path)
    first = subprocess.Popen(command("ingest", tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    lock = tmp_path / ".tierwise" / "lock"
    try:
        while first.poll() is None and not lock.exists():
            time.sleep(0.01)
        os.kill(first.pid, signal.SIGSTOP)
        done = tierwise("ingest", tmp_path)
    finally:
        os.kill(first.pid, signal.SIGCONT)
        first.communicate()
    assert done.code == 75
    assert "Traceback" not in done.err


def test_a_closed_pipe_ends_quietly(project: Path) -> None:
    show = subprocess.Popen(
        command("show", "accounts", "-p", project, "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert show.stdout is not None
    show.stdout.close()
    assert show.stderr is not None
    said = show.stderr.read().decode()
    show.stderr.close()
    assert show.wait() == 141
    assert said == ""


def test_an_interrupt_ends_cleanly_and_the_list_stands(tmp_path: Path) -> None:
    small_company(tmp_path)
    running = subprocess.Popen(command("run", tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    snapshots = tmp_path / ".tierwise" / "snapshots"
    while running.poll() is None and not (snapshots.is_dir() and any(snapshots.iterdir())):
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate()
    assert running.returncode == 130
    assert "Traceback" not in said
    assert tierwise("runs", tmp_path, "--quiet").out == ""


def test_colours_only_where_somebody_watches(project: Path) -> None:
    assert "\x1b[" not in tierwise("runs", project).out
    forced = process("runs", project, FORCE_COLOR="1", TERM="xterm-256color")
    assert "\x1b[" in forced.out
    for quiet in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b[3" not in process("runs", project, **{"FORCE_COLOR": "1", "TERM": "xterm-256color", **quiet}).out


def test_quiet_leaves_only_data(project: Path) -> None:
    done = tierwise("show", "verdicts", "-p", project, "--limit", 1, "--quiet")
    assert done.err == ""
    assert done.out


def test_a_defect_is_one_sentence_and_a_code(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(terminal: object) -> None:
        raise ZeroDivisionError("a defect\nwith a second line")

    flags = dict.fromkeys(("quiet", "no_input", "no_color", "debug"), False)
    with pytest.raises(Exception, match="70"):
        guarded(broken)(**flags)
    said = capsys.readouterr().err
    assert "a defect of Tierwise: ZeroDivisionError: a defect" in said
    assert "Traceback" not in said
    with pytest.raises(Exception, match="70"):
        guarded(broken)(**{**flags, "debug": True})
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [(PermissionError(13, "denied"), 77), (OSError(28, "no space"), 74), (FileExistsError(17, "exists"), 73)],
)
def test_what_the_system_refuses_has_its_code(error: OSError, code: int) -> None:
    def refused(terminal: object) -> None:
        raise error

    with pytest.raises(Exception, match=str(code)):
        guarded(refused)(quiet=False, no_input=False, no_color=False, debug=False)


def test_completion_knows_the_commands() -> None:
    done = process(_TIERWISE_COMPLETE="complete_bash", COMP_WORDS="tierwise r", COMP_CWORD="1")
    assert {"run", "report", "runs"} <= set(done.out.split())


def test_an_interrupt_at_a_question_is_an_interrupt() -> None:
    terminal = Terminal.of()
    with pytest.raises(typer.Exit) as ended, explained(terminal):
        raise typer.Abort
    assert ended.value.exit_code == 130
