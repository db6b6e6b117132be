"""What README and the first pages show is what the commands print."""

from __future__ import annotations

from pathlib import Path

from scripts import transcripts


def test_pages_show_what_the_commands_print() -> None:
    stale = [
        page
        for page, text in transcripts.transcripts()
        if (transcripts.ROOT / page).read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run: python -m scripts.transcripts"


def test_output_is_written_anew_and_what_was_done_is_not_done_again(tmp_path: Path) -> None:
    session = transcripts.Session(tmp_path)
    page = "```console\n$ echo one >> file; cat file\nanother output\n```\n"
    made = transcripts.BLOCK.sub(session.made, page)
    assert made == "```console\n$ echo one >> file; cat file\none\n```\n"
    assert transcripts.BLOCK.sub(session.made, page) == made


def test_a_part_takes_the_place_of_its_sections(tmp_path: Path) -> None:
    model = tmp_path / "tierwise.yaml"
    model.write_text(
        "# head\nsegments:\n  a: {where: x}\n\n  b: {where: y}\n\n# signals\nsignals: {}\n", encoding="utf-8"
    )
    page = "<!-- put into tierwise.yaml -->\n```yaml\nsegments:\n  c: {where: z}\n```\n"
    assert transcripts.BLOCK.sub(transcripts.Session(tmp_path).made, page) == page
    assert model.read_text(encoding="utf-8") == "# head\nsegments:\n  c: {where: z}\n\n# signals\nsignals: {}\n"
