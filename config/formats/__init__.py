"""How days and hours are written where Django's own way will not do."""
