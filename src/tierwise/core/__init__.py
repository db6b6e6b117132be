"""The words: vocabulary, specs, tables, steps, reasons, decay, ids and errors. Imports nothing of ours."""
