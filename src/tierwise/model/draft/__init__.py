"""The first model file of a project, drafted from its exports."""

from __future__ import annotations

from tierwise.model.draft.text import SCHEMA_FILE, draft

__all__ = ["SCHEMA_FILE", "draft"]
