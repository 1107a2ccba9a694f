from django.urls import path

from volunteers.views import (
    activities,
    attendance,
    calendars,
    certificates,
    figures,
    leading,
    paid_work,
    points,
    rewards,
    stars,
    statements,
    till,
    volunteers,
)

app_name = "volunteers"
urlpatterns = [
    path("activities/", activities.listing, name="activities"),
    path("c/<str:code>/activities/", activities.listing, name="community-activities"),
    path("activities/<int:pk>/", activities.activity, name="activity"),
    path("activities/<int:pk>/sign-up/", activities.sign_up, name="sign-up"),
    path("activities/<int:pk>/withdraw/", activities.withdraw, name="withdraw"),
    path("activities/<int:pk>/copy/", activities.copy, name="copy"),
    # calendars
    path("c/<str:code>/activities.ics", calendars.community_feed, name="community-calendar"),
    path("activities/<int:pk>/activity.ics", calendars.activity_file, name="activity-file"),
    path("calendar/<str:secret>.ics", calendars.personal_feed, name="calendar"),
    path("volunteer/calendar/", calendars.link, name="calendar-link"),
    # paid work, which is no service
    path("paid-work/", paid_work.listing, name="paid-work"),
    # at the place
    path("activities/<int:pk>/screen/", attendance.screen, name="screen"),
    path("activities/<int:pk>/scan/<str:code>/", attendance.scan, name="scan"),
    path("activities/<int:pk>/here/", attendance.here, name="here"),
    path("activities/<int:pk>/people/", attendance.people, name="people"),
    path("attendances/<int:pk>/leaving/", attendance.leaving, name="leaving"),
    path("attendances/<int:pk>/leave-now/", attendance.leave_now, name="leave-now"),
    path("attendances/<int:pk>/not-accepted/", leading.not_accepted, name="not-accepted"),
    path("activities/<int:pk>/confirm/", leading.confirm, name="confirm"),
    path("kept-scans/<int:pk>/", leading.kept_scan, name="kept-scan"),
    # one's own
    path("c/<str:code>/volunteer/", volunteers.register, name="register"),
    path("volunteer/", volunteers.mine, name="mine"),
    path("volunteer/profile/", volunteers.edit, name="edit"),
    path("volunteer/points/", volunteers.points, name="points"),
    path("volunteer/gift/", points.gift, name="gift"),
    path("c/<str:code>/points/", points.pool, name="pool"),
    path("volunteer/hours/", volunteers.hours, name="hours"),
    # certificates and stars
    path("volunteer/certificates/", certificates.certificates, name="certificates"),
    path("volunteer/certificates/<int:pk>/", certificates.certificate, name="certificate"),
    path("volunteer/certificates/<int:pk>/seal/", certificates.seal, name="certificate-seal"),
    path("volunteer/certificates/<int:pk>/pdf/", certificates.as_pdf, name="certificate-pdf"),
    path("check/", certificates.check, name="check"),
    path("check/<str:number>/", certificates.checked, name="checked"),
    path("volunteer/stars/", stars.mine, name="stars"),
    path("volunteer/stars/name/", stars.name, name="stars-name"),
    path("c/<str:code>/thanks/", stars.wall, name="thanks"),
    # figures
    path("c/<str:code>/volunteering/", figures.overview, name="figures"),
    path("c/<str:code>/volunteering/<slug:figure>/", figures.rows, name="figure-rows"),
    # rewards
    path("rewards/", rewards.catalogue, name="rewards"),
    path("rewards/<int:pk>/", rewards.reward, name="reward"),
    path("rewards/<int:pk>/photos/<int:photo>/", rewards.photo, name="reward-photo"),
    path("rewards/<int:pk>/reserve/", rewards.reserve, name="reserve"),
    path("reservations/<int:pk>/give-up/", rewards.give_up, name="give-up"),
    path("vouchers/<int:pk>/", rewards.voucher, name="voucher"),
    path("vouchers/<int:pk>/cancel/", rewards.cancel, name="cancel-voucher"),
    path("partners/<int:pk>/statements/", statements.months, name="statements"),
    path("partners/<int:pk>/statements/<str:month>/", statements.statement, name="statement"),
    path("partners/<int:pk>/statements/<str:month>/xlsx/", statements.spreadsheet, name="statement-xlsx"),
    path("till/", till.till, name="till"),
    path("till/classes/<int:pk>/", till.attendance, name="attendance"),
    path("till/<str:code>/", till.voucher, name="till-voucher"),
]
