from django.contrib import admin
from django.http import HttpRequest


class NeverDeleted(admin.ModelAdmin):
    """Nothing is deleted in admin: what is erased, is erased by a verb with everything around it."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ReadOnly(NeverDeleted):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
