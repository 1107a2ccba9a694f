from django.urls import path

from communities.views import home, notices, regions, residents

app_name = "communities"
urlpatterns = [
    path("", home.home, name="home"),
    path("help/", home.help_page, name="help"),
    path("privacy/", home.privacy, name="privacy"),
    path("regions/", regions.find, name="regions"),
    path("c/<str:code>/", regions.home, name="community"),
    path("c/<str:code>/ask/", residents.ask, name="ask"),
    path("me/", regions.mine, name="mine"),
    path("me/channels/", notices.channels, name="channels"),
    path("inbox/", notices.inbox, name="inbox"),
    path("inbox/read/", notices.read_all, name="read-all"),
    path("inbox/<int:pk>/read/", notices.read, name="read"),
]
