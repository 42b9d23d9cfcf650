"""Figures on a large log: integrating, proofs, audits; and the check of one bundle."""
