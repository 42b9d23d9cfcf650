"""What stands behind the codes of GS1 that are printed on bags: a GS1-conformant resolver (release 1.1)."""
