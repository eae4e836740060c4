"""The end of a program's log, as an error shows it."""

from __future__ import annotations

from pathlib import Path

from components.process.log import BYTES, LINES, tail


def test_only_what_was_said_since_the_start_is_shown(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("old\n")
    start = log.stat().st_size
    log.write_text("old\nnew\n")
    assert tail(log, start) == f" It said:\n  | new\n  (all of it: {log})"


def test_a_long_log_is_cut_and_a_hostile_one_is_cleaned(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("\x1b[31mred\x07\n" * 10_000)
    shown = tail(log)
    assert len(shown) < BYTES + 1_000
    assert shown.count("\n") == LINES + 1
    assert "\x1b" not in shown
    assert "[31mred" in shown


def test_a_log_that_was_rotated_is_read_from_its_beginning(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("short\n")
    assert "| short" in tail(log, start=1_000_000)


def test_a_program_that_said_nothing_has_said_nothing(tmp_path: Path) -> None:
    assert tail(tmp_path / "none.log") == f" It said nothing (log: {tmp_path / 'none.log'})."
