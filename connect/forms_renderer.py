from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Forms made of our own elements."""

    form_template_name = "elements/form.html"
    field_template_name = "elements/field.html"
