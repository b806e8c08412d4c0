from django.contrib.admin.apps import AdminConfig


class StaffPages(AdminConfig):
    """Django's admin as the staff's pages. Stands apart from apps.py, where Django would find two."""

    default_site = "moderation.site.StaffSite"
