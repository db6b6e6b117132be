"""The doors: each translates, calls the project and renders; none decides."""
