"""How forms become HTML: by our templates, and plain inputs, of which a form mostly consists, without one."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

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
    attributes = ((_attribute(*one),) for one in (*said, *widget["attrs"].items()) if one[1] is not False)
    whole = format_html_join("", "{}", attributes)
    return format_html('<input type="{}" name="{}"{}>', widget["type"], widget["name"], whole)


def _attribute(name: str, value: object) -> SafeString:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
