"""Who is in the demo: people with roles, and the residents of 下王宅社区."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings

from communities.grants import Role
from communities.models import DemoPerson, Region, Resident, User
from communities.services import consents, residents, roles

from .clock import Clock
from .names import chinese_name, foreign_phone, phone

CITY, DISTRICT, STREET = "3307", "330723", "330723001"
HOME, NEIGHBOUR = "330723001001", "330723001002"
YIWU_STREET, JIMINGSHAN = "330782002", "330782002005"
REPRESENTATIVES, OTHER_RESIDENTS = 12, 18
EVERY_SIXTH_HAS_NONE = 6

# key → (number of the name, role, region, Chinese and English label of the one-click sign-in)
STAFF = {
    "administrator": (1, Role.ADMINISTRATOR, CITY, "平台管理员（金华市）", "Platform administrator (Jinhua)"),
    "city": (2, Role.OBSERVER, CITY, "市级观察员", "City observer"),
    "district": (3, Role.OBSERVER, DISTRICT, "武义县观察员", "District observer (Wuyi)"),
    "street": (4, Role.STREET_STAFF, STREET, "白洋街道工作人员", "Street staff (Baiyang)"),
    "community": (5, Role.COMMUNITY_STAFF, HOME, "下王宅社区工作人员", "Community staff (Xiawangzhai)"),
    "neighbour": (6, Role.COMMUNITY_STAFF, NEIGHBOUR, "鸣阳社区工作人员", "Community staff next door (Mingyang)"),
    "yiwu_street": (7, Role.STREET_STAFF, YIWU_STREET, "江东街道工作人员", "Street staff (Yiwu)"),
    "jimingshan": (8, Role.COMMUNITY_STAFF, JIMINGSHAN, "鸡鸣山社区工作人员", "Community staff (Jimingshan)"),
}
# key → (number, labels); they sign in by phone.
PEOPLE = {
    "member_street": (11, "考评委员（街道）", "Committee member (street)"),
    "member_community": (12, "考评委员（社区代表）", "Committee member (community)"),
    "member_residents": (13, "考评委员（居民代表）", "Committee member (residents)"),
    "member_third": (14, "考评委员（第三方）", "Committee member (third party)"),
    "maker": (21, "队伍联系人（共享工坊）", "Team contact (workshop)"),
    "silver": (22, "队伍联系人（银星照护）", "Team contact (elder care)"),
    "childcare": (23, "队伍联系人（护苗课堂）", "Team contact (children)"),
    "rider": (24, "队伍联系人（巷口急修）", "Team contact (repairs)"),
    "mediator": (25, "队伍联系人（和事佬）", "Team contact (mediation)"),
    "applicant": (26, "申请人（准入待审）", "Applicant (waiting)"),
    "partner": (31, "兑换商户店员", "Reward partner's clerk"),
}
PASSWORD = "xiaoxiang-demo"  # noqa: S105 (the demo's own, shown on its sign-in page; the demo is refused in production)


@dataclass
class Cast:
    """Everybody by name of their part, and the places."""

    clock: Clock
    people: dict[str, User] = field(default_factory=dict)
    regions: dict[str, Region] = field(default_factory=dict)
    residents: list[Resident] = field(default_factory=list)

    def __getitem__(self, key: str) -> User:
        return self.people[key]

    @property
    def home(self) -> Region:
        return self.regions[HOME]

    @property
    def street(self) -> Region:
        return self.regions[STREET]

    @property
    def voters(self) -> list[User]:
        """The representatives who signed up, as users."""
        return [resident.user for resident in self.residents if resident.is_representative and resident.user]


def gather(clock: Clock) -> Cast:
    """Make the people, long before the story begins."""
    codes = [CITY, DISTRICT, STREET, HOME, NEIGHBOUR, YIWU_STREET, JIMINGSHAN]
    cast = Cast(clock, regions=Region.objects.in_bulk(codes, field_name="code"))
    with clock.at(-300):
        for key, (number, role, code, zh, en) in STAFF.items():
            user = _person(cast, key, chinese_name(number), zh, en, username=f"demo-{key}", password=PASSWORD)
            roles.assign(user, role=role, region=cast.regions[code], by=User.objects.system())
        for key, (number, zh, en) in PEOPLE.items():
            _person(cast, key, chinese_name(number), zh, en, phone=phone(number))
        _settle(cast)
        _foreigners(cast)
    return cast


def _person(cast: Cast, key: str, name: str, zh: str, en: str, **fields: str) -> User:
    user = User.objects.create_user(name=name, **fields)
    consents.give(user, version=settings.PRIVACY_VERSION, at=cast.clock.moment(-300), by=user)
    DemoPerson.objects.create(user=user, label_zh=zh, label_en=en, order=len(cast.people))
    cast.people[key] = user
    return user


def _settle(cast: Cast) -> None:
    """The residents' roll: representatives and others, most with a phone, some without."""
    staff = cast["community"]
    for number in range(REPRESENTATIVES + OTHER_RESIDENTS):
        has_phone = number % EVERY_SIXTH_HAS_NONE < EVERY_SIXTH_HAS_NONE - 1
        resident = residents.add(
            cast.home,
            name=chinese_name(40 + number),
            phone=phone(100 + number) if has_phone else "",
            address=f"演示路{number % 5 + 1}号{number % 4 + 1}单元{100 + number}室",
            grid=f"第{number % 3 + 1}网格",
            household=f"D{number // 2:03}",
            by=staff,
        )
        if number < REPRESENTATIVES:
            residents.appoint(resident, by=staff)
        if has_phone:
            user = _resident_user(cast, resident, number)
            residents.match(user)
            resident.refresh_from_db()
        cast.residents.append(resident)


def _resident_user(cast: Cast, resident: Resident, number: int) -> User:
    shown = {0: ("居民代表", "Resident representative"), REPRESENTATIVES: ("居民", "Resident")}.get(number)
    if shown:
        key = "representative" if number == 0 else "resident"
        return _person(cast, key, resident.name, *shown, phone=resident.phone)
    user = User.objects.create_user(name=resident.name, phone=resident.phone)
    consents.give(user, version=settings.PRIVACY_VERSION, at=cast.clock.moment(-300), by=user)
    return user


def _foreigners(cast: Cast) -> None:
    """Volunteers of 鸡鸣山 who read English; one with a name of one word."""
    for number, (name, zh, en) in enumerate(
        [
            ("Amara Demo", "外籍志愿者", "Foreign volunteer"),
            ("Budi", "外籍志愿者（单名）", "Foreign volunteer (one name)"),
            ("Lucía Demo", "外籍志愿者（新）", "Foreign volunteer (new)"),
        ],
        start=1,
    ):
        _person(cast, f"foreigner{number}", name, zh, en, phone=foreign_phone(number), language="en")
