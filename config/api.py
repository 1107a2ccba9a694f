"""The API's URL map: every resource on one page."""

from rest_framework.routers import DefaultRouter

from communities.api.calendar import CalendarDayViewSet
from communities.api.notices import NoticeViewSet
from communities.api.regions import RegionViewSet
from communities.api.residents import ResidentViewSet
from communities.api.roll_imports import RollImportViewSet
from communities.api.todo import TodoViewSet

router = DefaultRouter()
router.register("regions", RegionViewSet)
router.register("calendar-days", CalendarDayViewSet)
router.register("residents", ResidentViewSet)
router.register("roll-imports", RollImportViewSet)
router.register("notices", NoticeViewSet)
router.register("todo", TodoViewSet, basename="todo")

urlpatterns = router.urls
