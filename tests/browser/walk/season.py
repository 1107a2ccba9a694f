"""Where the walk takes place, who walks it, and what day it is."""

import io
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import time_machine
from django.conf import settings
from django.core.management import call_command
from PIL import Image

from communities.grants import Role
from communities.models import Region, User
from communities.services import residents, roles

from .visits import Visit

CHINA = ZoneInfo("Asia/Shanghai")
STREET, HOME, NEXT_DOOR = "330723001", "330723001001", "330723001002"
PASSWORD = "xiangli-2026-chunfeng"
PHONES = {"maker": "13900000021", "silver": "13900000022", "rider": "13900000023", "partner": "13900000031"}
VOTERS = ["施一", "施二", "施三", "施四"]


class Season:
    """The people of 下王宅社区, and the windows they open."""

    def __init__(self, window) -> None:
        self._window = window
        self.people: dict[str, User] = {}
        self.pages: dict[str, str] = {}
        with self.on("2026-02-27"):
            self._settle()

    @contextmanager
    def on(self, day: str, at: str = "10:00"):
        """Inside, it is that day."""
        with time_machine.travel(datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=CHINA), tick=True):
            yield

    def desk(self, who: str) -> Visit:
        """At the computer of the office."""
        return Visit(self._window(self.people[who], width=1366))

    def phone(self, who: str) -> Visit:
        """On their phone."""
        return Visit(self._window(self.people[who]))

    def stranger(self, width: int = 390) -> Visit:
        """Somebody who has not signed in."""
        return Visit(self._window(width=width))

    @property
    def home(self) -> Region:
        return Region.objects.get(code=HOME)

    @property
    def street(self) -> Region:
        return Region.objects.get(code=STREET)

    def _settle(self) -> None:
        call_command("import_regions", settings.BASE_DIR / "communities/fixtures/jinhua/regions.csv", verbosity=0)
        call_command("loaddata", "jinhua", verbosity=0)
        self._employ("street", "钱街办", Role.STREET_STAFF, STREET)
        self._employ("community", "孙社工", Role.COMMUNITY_STAFF, HOME)
        self._employ("neighbour", "李邻居", Role.COMMUNITY_STAFF, NEXT_DOOR)
        for seat, name in [
            ("seat_street", "评一"),
            ("seat_community", "评二"),
            ("seat_third", "评三"),
            ("seat_residents", "评四"),
        ]:
            self.people[seat] = User.objects.create_user(name=name, username=seat)
        for key, name in [("silver", "周银星"), ("rider", "吴急修")]:
            self.people[key] = User.objects.create_user(name=name, phone=f"+86{PHONES[key]}")
        for number, name in enumerate(VOTERS):
            self._enrol(f"voter{number}", name, f"+861380000010{number}", is_representative=True)
        self._enrol("resident", "冯居民", "+8613800000120")

    def _employ(self, key: str, name: str, role: str, code: str) -> None:
        self.people[key] = User.objects.create_user(name=name, username=f"walk-{key}", password=PASSWORD)
        region = Region.objects.get(code=code)
        roles.assign(self.people[key], role=role, region=region, by=User.objects.system())

    def _enrol(self, key: str, name: str, phone: str, *, is_representative: bool = False) -> None:
        by = self.people["community"]
        resident = residents.add(self.home, name=name, phone=phone, address="丹溪路1号", by=by)
        if is_representative:
            residents.appoint(resident, by=by)
        self.people[key] = User.objects.create_user(name=name, phone=phone)
        residents.match(self.people[key])


def picture(name: str, colour: str = "#0b6450") -> dict[str, object]:
    """A file that somebody chooses on their phone."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": out.getvalue()}
