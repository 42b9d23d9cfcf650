class OAuthError(Exception):
    """A request that OAuth refuses: `code` is one of the specifications' codes, `description` is for developers."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description
