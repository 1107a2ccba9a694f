"""The API's URL map: every resource on one page."""

from rest_framework.routers import DefaultRouter

router = DefaultRouter()

urlpatterns = router.urls
