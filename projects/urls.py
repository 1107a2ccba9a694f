from django.urls import path

from projects.views import agreements, polls, projects, proposals, public_notices, reports, roadshows, voting

app_name = "projects"
urlpatterns = [
    path("roadshows/", roadshows.roadshow_list, name="roadshows"),
    path("roadshows/<int:pk>/", roadshows.roadshow_page, name="roadshow"),
    path("polls/<int:pk>/", polls.poll_page, name="poll"),
    path("polls/<int:pk>/vote/", voting.vote, name="vote"),
    path("polls/<int:pk>/ballots.csv", polls.ballot_list, name="poll-ballots"),
    path("polls/<int:pk>/poll.pb", polls.pabulib_file, name="poll-pb"),
    path("projects/", projects.project_list, name="projects"),
    path("projects/new/", proposals.propose, name="propose"),
    path("projects/mine/", proposals.mine, name="mine"),
    path("projects/<int:pk>/", projects.project_page, name="project"),
    path("projects/<int:pk>/edit/", proposals.edit, name="edit"),
    path("projects/<int:pk>/submit/", proposals.submit, name="submit"),
    path("projects/<int:pk>/withdraw/", proposals.withdraw, name="withdraw"),
    path("milestones/<int:pk>/report/", reports.report, name="report"),
    path("milestone-reports/<int:pk>/photos/<int:photo>/", reports.photo, name="report-photo"),
    path("notices/<int:pk>/", public_notices.notice, name="notice"),
    path("notices/<int:pk>/print/", public_notices.notice_to_print, name="notice-print"),
    path("notices/<int:pk>/object/", public_notices.object_to, name="object"),
    path("objections/<int:pk>/files/<int:file>/", public_notices.objection_file, name="objection-file"),
    path("agreements/<int:pk>/", agreements.agreement, name="agreement"),
    path("agreements/<int:pk>/sign/", agreements.sign, name="sign"),
    path("agreements/<int:pk>/print/", agreements.agreement_to_print, name="agreement-print"),
]
