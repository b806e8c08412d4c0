"""What stands in letters: a page that needs no signing in."""

from django.urls import path

from members.views import address

app_name = "address_letters"
urlpatterns = [path("<str:token>/arrived/", address.arrived, name="arrived")]
