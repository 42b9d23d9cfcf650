"""How forms become HTML: by our templates, and plain inputs, of which a form mostly consists, without one."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

# Django's templates for them all include one, which includes another for the attributes: most of a form's time.
_INPUTS = frozenset(
    f"django/forms/widgets/{name}.html"
    for name in ("date", "datetime", "email", "hidden", "input", "number", "password", "tel", "text", "time", "url")
)


class FormRenderer(TemplatesSetting):
    """Writes plain inputs as Django's templates do, letter for letter."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Write a control, a field or a form."""
        if template_name in _INPUTS:
            return _input(context["widget"])
        return str(super().render(template_name, context, request))


def _input(widget: dict[str, Any]) -> SafeString:
    said = [] if widget["value"] is None else [("value", widget["value"])]
    attributes = mark_safe("".join(_attribute(*one) for one in (*said, *widget["attrs"].items())))  # noqa: S308
    return format_html('<input type="{}" name="{}"{}>', widget["type"], widget["name"], attributes)


def _attribute(name: str, value: Any) -> str:
    if value is False:
        return ""
    if value is True:
        return f" {conditional_escape(name)}"
    return f' {conditional_escape(name)}="{conditional_escape(value)}"'
