from django.urls import path

from communities.views import home

app_name = "communities"
urlpatterns = [
    path("", home.home, name="home"),
    path("help/", home.help_page, name="help"),
    path("privacy/", home.privacy, name="privacy"),
]
