"""The command line: translate arguments, call the project, render. No decisions."""
