from django.urls import path

from members.views import joining

app_name = "joining"
urlpatterns = [
    path("<community:community>/join/", joining.join, name="join"),
    path("application/sent/", joining.sent, name="sent"),
    path("application/<uuid:key>/", joining.application, name="application"),
    path("application/<uuid:key>/confirm/", joining.confirm, name="confirm"),
    path("application/<uuid:key>/change/", joining.change, name="change"),
    path("application/<uuid:key>/correct/", joining.correct, name="correct"),
    path("application/<uuid:key>/withdraw/", joining.withdraw, name="withdraw"),
]
