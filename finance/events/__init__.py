"""What the log is told of this app, by who owns it."""

from finance.events import consents, credentials, scores, traits

EVENTS = (*consents.EVENTS, *credentials.EVENTS, *scores.EVENTS, *traits.EVENTS)
