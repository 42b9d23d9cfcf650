"""JSON Pointers (RFC 6901): how an error names a member."""


def join(base: str, *steps: str | int) -> str:
    """Lead a pointer on by member names and list positions."""
    return base + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
