from django.urls import path

from projects.views import polls, roadshows, voting

app_name = "projects"
urlpatterns = [
    path("roadshows/", roadshows.roadshow_list, name="roadshows"),
    path("roadshows/<int:pk>/", roadshows.roadshow_page, name="roadshow"),
    path("polls/<int:pk>/", polls.poll_page, name="poll"),
    path("polls/<int:pk>/vote/", voting.vote, name="vote"),
    path("polls/<int:pk>/ballots.csv", polls.ballot_list, name="poll-ballots"),
    path("polls/<int:pk>/poll.pb", polls.pabulib_file, name="poll-pb"),
]
