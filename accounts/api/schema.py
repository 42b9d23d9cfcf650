"""What the generated description of the API says of keys."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.permissions import SAFE_METHODS


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Found by drf-spectacular once this module is imported."""

    target_class = "accounts.api.authentication.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002
        """Describe the header."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "sy_<prefix>_<secret>"}

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        """Name the part of the API that the key must open, and whether it must record."""
        scope = getattr(auto_schema.view, "scope", "")
        way = "read" if auto_schema.method in SAFE_METHODS else "write"
        return {self.name: [f"{scope}:{way}"] if scope else []}
