"""The shapes that a model may declare, by name."""

from __future__ import annotations

from collections.abc import Mapping

from tierwise.connectors.sources.files.shapes.bombora import BOMBORA
from tierwise.connectors.sources.files.shapes.g2 import G2
from tierwise.connectors.sources.files.shapes.ga4 import GA4
from tierwise.connectors.sources.files.shapes.qualtrics import QUALTRICS
from tierwise.connectors.sources.files.shapes.segment import SEGMENT
from tierwise.connectors.sources.files.shapes.shape import Shape
from tierwise.connectors.sources.files.shapes.surveymonkey import SURVEYMONKEY

SHAPES: Mapping[str, Shape] = {
    "bombora": BOMBORA,
    "g2": G2,
    "ga4": GA4,
    "qualtrics": QUALTRICS,
    "segment": SEGMENT,
    "surveymonkey": SURVEYMONKEY,
}
