"""How vendors lay out their files, one module per vendor: what a reader found becomes one heading per column."""
