"""Sheets of many entries: checked row by row, loaded by the same services as the forms, reported by line and field."""
