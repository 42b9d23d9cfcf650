"""Consent, features, scorecards, scores, certificates, loans."""
