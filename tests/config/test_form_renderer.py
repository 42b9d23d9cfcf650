from typing import Any

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from config.form_renderer import FormRenderer

WIDGETS = [
    *(forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.HiddenInput),
    *(forms.DateInput, forms.DateTimeInput, forms.TimeInput),
]
VALUES = [None, "", "稻花香", "<b>\"'&", mark_safe("&amp;"), 12, 1234567.5, True, gettext_lazy("Day")]
ATTRS: list[dict[str, Any]] = [
    {},
    {"id": "id_x", "maxlength": 60, "step": 0.01, "data-x": "<\"'>", "placeholder": gettext_lazy("Day")},
    {"required": True, "disabled": False, "autocomplete": "off", "aria-invalid": "true", "title": mark_safe("&amp;")},
]


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.parametrize("attrs", range(len(ATTRS)))
def test_plain_inputs_are_written_as_djangos_templates_write_them(
    widget: type[forms.Widget], attrs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = widget(ATTRS[attrs])
    for value in VALUES:
        with_template = made.render("a<b", value, renderer=TemplatesSetting())
        monkeypatch.setattr(TemplatesSetting, "render", _none_may_be_asked)
        without = made.render("a<b", value, renderer=FormRenderer())
        monkeypatch.undo()

        assert without == with_template


def _none_may_be_asked(*_arguments: object) -> str:
    raise AssertionError("a plain input asked for a template")


def test_all_else_is_written_by_templates(settings: Any) -> None:
    class Form(forms.Form):
        name = forms.CharField(label="<Name>")
        kind = forms.ChoiceField(choices=[("a", "A&B")])
        sure = forms.BooleanField()
        note = forms.CharField(widget=forms.Textarea, required=False)

    form = Form({"name": "", "kind": "a"}, renderer=FormRenderer())

    assert form.as_p() == Form({"name": "", "kind": "a"}, renderer=TemplatesSetting()).as_p()
    assert "<select" in str(form["kind"])
