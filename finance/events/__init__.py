"""What the log is told of this app, by who owns it."""

from finance.events import consents, scores

EVENTS = (*consents.EVENTS, *scores.EVENTS)
