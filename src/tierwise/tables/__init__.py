"""The data dictionary: name, grain, columns, units and meaning of every table."""
