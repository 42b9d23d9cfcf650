"""The room of labels and codes: sheets for the printer, serial numbers for single bags, and which look copied."""
