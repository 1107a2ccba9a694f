"""Partners of the demo: what they offer, a class to come, vouchers used, in hand, and used twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from communities.models import Region
from volunteers.models import CourseSession, Partner, Reward, RewardKind, Volunteer
from volunteers.services import courses, offline_uses, partners, prices, redemptions, reward_photos, rewards

from .cast import Cast
from .names import phone
from .steps import DEMO_MARK, picture


def open_(cast: Cast, region: Region, staff: str, customer: Volunteer, name: str, name_en: str, *, clerk: str) -> None:
    """A partner with rewards; one voucher was used, one is still in hand."""
    with cast.clock.at(-40):
        partner = partners.enrol(Partner(region=region, name=name, name_en=name_en), by=cast[staff])
        number, who = (cast[clerk].phone, cast[clerk].name) if clerk else (phone(900), "蒋大安")
        partners.add_clerk(partner, phone=number, name=who, by=cast[staff])
        if clerk:  # of the other, the statement counts points only
            prices.agree(partner, yuan=Decimal("0.05"), starts_on=cast.clock.day(-40), by=cast[staff])
    clerk_user = partner.clerks.get().user
    with cast.clock.at(-39):
        common: Any = {"region": region, "partner": partner, "about": DEMO_MARK, "about_en": "Demo data"}
        common["valid_until"] = cast.clock.day(90)
        wares, kind = (HAIRCUT, "hair") if clerk else (COFFEE, "food")
        offered = Reward(**common, **wares, points=30, stock=20, hold_hours=24)
        _reward(cast, staff, offered, kind=kind)
        course = Reward(**common, **CALLIGRAPHY, points=15, lesson_minutes=90)
        _reward(cast, staff, course, kind="course")
    with cast.clock.at(-7):
        used = redemptions.redeem(offered, volunteer=customer, key=f"demo-used-{region.code}", by=customer.user)
    with cast.clock.at(-6):
        redemptions.accept(used, by=clerk_user)
    redemptions.redeem(offered, volunteer=customer, key=f"demo-open-{region.code}", by=customer.user)
    _class(cast, course, staff, customer)
    # The same voucher was also accepted on a second phone, in the cellar, and came in later.
    offline_uses.take(used.code, key=uuid4(), presented_at=cast.clock.moment(-6, 11), by=clerk_user)


COFFEE: dict[str, Any] = {"title": "咖啡一杯", "title_en": "A cup of coffee"}
HAIRCUT: dict[str, Any] = {"title": "理发一次", "title_en": "A haircut"}
CALLIGRAPHY: dict[str, Any] = {"title": "书法体验课", "title_en": "Calligraphy class"}


def _class(cast: Cast, course: Reward, staff: str, customer: Volunteer) -> None:
    """Next Saturday's class, in which the customer has a place."""
    planned = CourseSession(reward=course, starts_at=cast.clock.moment(5, 14), seats=12)
    planned.place, planned.place_en = "社区文化家园二楼", "Community culture house, 2nd floor"
    courses.plan(planned, by=cast[staff])
    key = f"demo-class-{course.region.code}"
    redemptions.redeem(course, volunteer=customer, key=key, by=customer.user, session=planned)


def _reward(cast: Cast, staff: str, reward: Reward, *, kind: str) -> Reward:
    """Offered, with a drawing in the place of a photo of somebody's shop."""
    reward.kind = RewardKind.objects.get(code=kind)
    rewards.draft(reward, by=cast[staff])
    about = {"caption": f"{reward.title}（示意图）", "caption_en": f"{reward.title_en} (drawing)"}
    reward_photos.add(reward, photo=picture(reward.title, name="示意图.png"), by=cast[staff], **about)
    rewards.offer(reward, by=cast[staff])
    return reward
