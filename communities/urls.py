from django.urls import path

from communities.views import account, home, notices, own_data, phone_number, regions, residents, sign_in

app_name = "communities"
urlpatterns = [
    path("", home.home, name="home"),
    path("help/", home.help_page, name="help"),
    path("privacy/", home.privacy, name="privacy"),
    # signing in
    path("sign-in/", sign_in.by_phone, name="sign-in"),
    path("sign-in/code/", sign_in.by_code, name="sign-in-code"),
    path("sign-in/code/again/", sign_in.send_again, name="sign-in-again"),
    path("sign-in/welcome/", sign_in.welcome, name="welcome"),
    path("sign-in/password/", sign_in.by_password, name="sign-in-password"),
    path("sign-in/second-factor/", sign_in.by_factor, name="sign-in-factor"),
    path("sign-in/demo/<int:pk>/", sign_in.by_demo, name="sign-in-demo"),
    path("sign-in/new-password/<str:uid>/<str:token>/", sign_in.new_password, name="new-password"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    # one's own account
    path("me/account/", account.account, name="me"),
    path("me/phone/", phone_number.ask, name="new-phone"),
    path("me/phone/code/", phone_number.prove, name="new-phone-code"),
    path("me/password/", account.own_password, name="own-password"),
    path("me/second-factor/", account.second_factor, name="second-factor"),
    path("me/second-factor/change/", account.change_factor, name="change-factor"),
    path("me/devices/<int:pk>/end/", account.end_device, name="end-device"),
    path("me/consents/<int:pk>/withdraw/", account.withdraw_consent, name="withdraw-consent"),
    path("me/erase/", account.erase, name="erase"),
    path("me/data/", own_data.data, name="data"),
    path("me/export/", own_data.export, name="my-data"),
    # one's communities and messages
    path("regions/", regions.find, name="regions"),
    path("c/<str:code>/", regions.home, name="community"),
    path("c/<str:code>/ask/", residents.ask, name="ask"),
    path("me/", regions.mine, name="mine"),
    path("me/channels/", notices.channels, name="channels"),
    path("inbox/", notices.inbox, name="inbox"),
    path("inbox/read/", notices.read_all, name="read-all"),
    path("inbox/<int:pk>/read/", notices.read, name="read"),
]
