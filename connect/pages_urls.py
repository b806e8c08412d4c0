from django.urls import path

from connect import pages

app_name = "pages"
urlpatterns = [
    path("", pages.home, name="home"),
    path("twp/", pages.twp, name="twp"),
    path("ici/", pages.ici, name="ici"),
    path("about/", pages.about, name="about"),
    path("pledge/", pages.pledge, name="pledge"),
    path("terms/", pages.terms, name="terms"),
    path("privacy/", pages.privacy, name="privacy"),
    path("disclaimer/", pages.disclaimer, name="disclaimer"),
    path("content-use/", pages.content_use, name="content_use"),
    path("help-now/", pages.help_now, name="help_now"),
    path("get-involved/", pages.get_involved, name="get_involved"),
    path("contact/", pages.contact, name="contact"),
    path("contact/sent/", pages.contact_sent, name="contact_sent"),
    path("leave/", pages.quick_exit, name="quick_exit"),
    path("theme/", pages.theme, name="theme"),
]
