from django.urls import path

from members.views import account, address

app_name = "account"
urlpatterns = [
    path("", account.overview, name="overview"),
    path("policies/", account.policies, name="policies"),
    path("address/", address.address, name="address"),
    path("safety/", account.safety, name="safety"),
    path("safety/<int:block_id>/unblock/", account.unblock, name="unblock"),
    path("<community:community>/", account.community, name="community"),
    path("<community:community>/edit/", account.edit, name="edit"),
    path("<community:community>/rest/", account.rest, name="rest"),
    path("<community:community>/wake/", account.wake, name="wake"),
    path("<community:community>/leave/", account.leave, name="leave"),
    path("<community:community>/come-back/", account.come_back, name="come_back"),
]
