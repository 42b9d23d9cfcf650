"""Cards made from outcomes, and what watches them. Pure: no Django."""
