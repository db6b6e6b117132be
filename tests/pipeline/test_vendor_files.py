"""The guide to vendors' files keeps its word: its files, read with its models, land without a row lost."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tierwise.connectors.sources.files import FilesSource
from tierwise.model.yaml import read_yaml
from tierwise.pipeline.ingest import FileReport, ingest
from tierwise.stores.landing import Landing

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "vendor-files.md"
SECTION = re.compile(
    r"^## (?P<vendor>.+?)\n.*?^```(?:csv|json)\n(?P<file>.*?)^```.*?^```yaml\n(?P<model>.*?)^```", re.M | re.S
)
SECTIONS = {match["vendor"]: (match["file"], match["model"]) for match in SECTION.finditer(GUIDE.read_text("utf-8"))}


def landed(vendor: str, folder: Path) -> FileReport:
    text, model = SECTIONS[vendor]
    (folder / "model.yaml").write_text(model, encoding="utf-8")
    [(name, said)] = read_yaml(folder / "model.yaml").data["sources"].items()
    source = FilesSource.model_validate(said)
    [table] = source.files.values()
    (folder / source.path).mkdir()
    (folder / source.path / table.file).write_text(text, encoding="utf-8")
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    [report] = ingest({name: source}, {}, {}, {}, Landing(folder / "landing"), folder, moment).files
    return report


@pytest.mark.parametrize(
    ("vendor", "column", "values", "lines"),
    [
        ("SurveyMonkey", "answer", ["yes", "no"], [3, 4]),
        ("Qualtrics", "answer", ["yes", "no"], [5, 6]),
        ("Bombora", "score", [72.0, 61.0], [1, 2]),
        ("G2", "score", [82.0, 64.0], [2, 3]),
        ("Pages of G2's API", "score", [82.0, 64.0], [1, 2]),
        ("Segment", "path", ["/pricing", "/demo"], [1, 2]),
        ("NPS", "score", ["9", "4", None], [2, 3, 4]),
        ("GA4", "path", ["https://tool.example/pricing", "https://tool.example/demo"], [1, 2]),
    ],
)
def test_files_of_the_guide_land(
    vendor: str, column: str, values: list[object], lines: list[int], tmp_path: Path
) -> None:
    report = landed(vendor, tmp_path)
    assert (report.loaded, report.reasons) == (len(values), {"no surge": 1} if vendor == "Bombora" else {})
    rows = pq.read_table(report.batch.data)
    assert rows[column].to_pylist() == values
    assert rows["row_number"].to_pylist() == lines
    assert len(set(rows["record_id"].to_pylist())) == len(values)
