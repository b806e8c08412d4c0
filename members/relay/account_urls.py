from django.urls import path

from members.relay import views

app_name = "messages"
urlpatterns = [path("", views.messages, name="list")]
