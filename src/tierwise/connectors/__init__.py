"""The outside world, one thin file per system."""
