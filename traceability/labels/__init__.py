"""Sheets of labels as PDF: pure drawing, bytes out. Knows no database, no clock and no Django."""
