"""English texts that people will read, in modules that know no Django."""


def gettext_noop(msgid: str) -> str:
    """Mark a text for the catalogue of translations; the page that shows it translates it.

    The name is the one that `scripts.messages` looks for, as Django's own, which the pure modules may not import.
    """
    return msgid
