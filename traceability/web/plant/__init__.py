"""The processor's desk: intake, processing, stock, shipments, losses."""
