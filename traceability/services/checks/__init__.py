"""What verification checks, one concern a module: each yields the faults that it finds, and changes nothing."""
