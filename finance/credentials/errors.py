class CredentialError(Exception):
    """A certificate, list or key that does not hold; `part` names which: form, proof, issuer, time, status, revoked."""

    def __init__(self, part: str, message: str) -> None:
        super().__init__(f"{part}: {message}")
        self.part = part
