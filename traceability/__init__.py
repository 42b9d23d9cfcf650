"""What happened to a product, from the plot to the plate, and the proof of it.

Nothing is imported here: `traceability.ledger` must run where Django is not installed.
"""
