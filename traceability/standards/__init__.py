"""Limits, grades, units, stages and places: the rules of the trade, read from tables."""
