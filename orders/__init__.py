"""Presale orders, planting plans, matching, fulfilment, settlement."""
