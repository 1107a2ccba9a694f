from django.urls import path

from teams.views import admissions, calls, members, teams

app_name = "teams"
urlpatterns = [
    path("calls/", calls.index, name="calls"),
    path("calls/<int:pk>/", calls.show, name="call"),
    path("calls/<int:pk>/poster/", calls.poster, name="poster"),
    path("teams/", teams.index, name="teams"),
    path("teams/<int:pk>/", teams.show, name="team"),
    path("teams/<int:pk>/edit/", teams.edit, name="team-edit"),
    path("teams/<int:pk>/contacts/", teams.contacts, name="team-contacts"),
    path("teams/<int:pk>/members/", members.of_team, name="team-members"),
    path("admissions/", admissions.index, name="admissions"),
    path("admissions/apply/", admissions.apply, name="apply"),
    path("admissions/<int:pk>/", admissions.show, name="admission"),
    path("admissions/<int:pk>/edit/", admissions.edit, name="admission-edit"),
    path("admissions/<int:pk>/withdraw/", admissions.withdraw, name="admission-withdraw"),
    path("admissions/documents/<int:pk>/", admissions.document, name="document"),
]
