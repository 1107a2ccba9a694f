"""Where everything is."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularSwaggerSplitView

from communities.admin.permissions import permissions
from communities.api import errors
from communities.views import sign_in
from config.description import DescriptionView
from config.health import healthz

urlpatterns = [
    # First, so that the address of a vote is found at once: on one evening a whole city asks for it.
    path("", include("projects.urls")),
    # The console's doors are those of the whole platform.
    path("admin/login/", sign_in.console_door),
    path("admin/logout/", sign_in.sign_out),
    path("admin/password_change/", RedirectView.as_view(pattern_name="communities:own-password")),
    path("admin/permissions/", admin.site.admin_view(permissions), name="permissions"),
    path("admin/", admin.site.urls),
    path("api/v1/schema/", DescriptionView.as_view(), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
    path("api/v1/", include("config.api")),
    re_path(r"^api/", errors.no_such_address),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("communities.urls")),
    path("", include("teams.urls")),
    path("", include("evaluations.urls")),
    path("", include("volunteers.urls")),
    path("healthz", healthz, name="healthz"),
]
handler400 = errors.cannot_be_read
handler500 = errors.failed
