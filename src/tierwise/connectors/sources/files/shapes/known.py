"""The shapes that a model may declare, by name."""

from __future__ import annotations

from collections.abc import Mapping

from tierwise.connectors.sources.files.shapes.bombora import BOMBORA
from tierwise.connectors.sources.files.shapes.qualtrics import QUALTRICS
from tierwise.connectors.sources.files.shapes.shape import Shape
from tierwise.connectors.sources.files.shapes.surveymonkey import SURVEYMONKEY

SHAPES: Mapping[str, Shape] = {"bombora": BOMBORA, "qualtrics": QUALTRICS, "surveymonkey": SURVEYMONKEY}
