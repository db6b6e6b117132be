"""Do the claims of the method hold? Whole runs on simulated companies whose truth is known, null worlds included."""

from tierwise.pipeline.acceptance.claims import CLAIMS, Claim, Outcome, Played
from tierwise.pipeline.acceptance.play import WORLDS, acceptance

__all__ = ["CLAIMS", "WORLDS", "Claim", "Outcome", "Played", "acceptance"]
