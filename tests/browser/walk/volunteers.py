"""志愿服务: from the activity to the voucher that is accepted once."""

from django.utils.timezone import now

from communities.models import User
from volunteers.models import Activity
from volunteers.services import spot_codes

from .season import Season

PATROL, HAIRCUT = "小巷平安巡逻", "理发一次"


def announce_the_activity(season: Season) -> None:
    """The street sets what an hour earns, the community publishes an activity."""
    with season.on("2026-04-11", "09:00"):
        street = season.desk("street").go("/admin/").menu("积分规则").new("积分规则")
        street.write(每小时积分=10, 起始日期="2026-04-01").press("保存").see("成功").leave()
        staff = season.desk("community").go("/admin/").menu("志愿活动").new("志愿活动")
        staff.write(标题=PATROL, 活动内容="两人一组，查看消防通道。", 地点="社区服务中心门口", 名额=10)
        staff.page.locator("#id_kind").select_option(index=1)
        staff.page.locator("#id_leader").select_option(label="孙社工")
        _moment(staff, "starts_at", "2026-04-12", "14:00")
        _moment(staff, "ends_at", "2026-04-12", "17:00")
        staff.press("保存并继续编辑").press("发布").press("发布").see("活动已公开").leave()


def become_a_volunteer(season: Season) -> None:
    """A resident finds the activity and becomes a volunteer on the way, without losing it from sight."""
    with season.on("2026-04-11", "20:00"):
        helper = season.phone("resident").go("/c/330723001001/").press(PATROL, exact=False).press("报名")
        helper.tick("本人已满 14 周岁", "同意社区为组织").press("注册").see("注册成功", PATROL).leave()


def sign_up_on_the_phone(season: Season) -> None:
    """They take a place."""
    with season.on("2026-04-11", "20:10"):
        helper = season.phone("resident").go("/volunteer/").press("查找活动").press(PATROL, exact=False).press("报名")
        season.pages["activity"] = helper.see("已报名").page.url
        helper.leave()


def check_in_and_out(season: Season) -> None:
    """At the place the leader's screen shows a code; its link checks the volunteer in, and out again."""
    activity = Activity.objects.get()
    with season.on("2026-04-12", "14:02"):
        leader = season.phone("community").go(season.pages["activity"]).press("显示签到码").see("每 30 秒")
        season.phone("resident").go(_scanned(activity)).press("签到").see("已签到").leave()
        leader.press("签到名单").see("冯").leave()
    with season.on("2026-04-12", "16:40"):
        season.phone("resident").go(_scanned(activity)).press("签退").see("已签退").leave()


def confirm_the_hours(season: Season) -> None:
    """Staff confirm the hours, the points follow the rule."""
    with season.on("2026-04-13"):
        staff = season.desk("community").go("/admin/").press("待确认的服务时长", exact=False).press(PATROL, exact=False)
        staff.press("确认时长").write(评价="认真负责。").press("确认时长").see("已确认").leave()
        season.phone("resident").go("/volunteer/").see("2 小时 3", "25").press("积分明细").see("25").leave()


def offer_a_reward(season: Season) -> None:
    """The community enrols a partner with a clerk, and offers a haircut for twenty points."""
    with season.on("2026-04-13", "11:00"):
        staff = season.desk("community").go("/admin/").menu("兑换商户").new("兑换商户")
        staff.write(名称="下王宅理发店").press("保存并查看").press("添加店员")
        staff.write(姓名="何店员", 手机号="13900000031").press("添加店员").see("何店员")
        staff.menu("兑换项目").new("兑换项目").write(标题=HAIRCUT, 商户="下王宅理发店", 积分=20)
        staff.page.locator("#id_stock").fill("3")
        staff.page.locator("#id_valid_until").fill("2026-12-31")
        staff.press("保存并继续编辑").press("上架").press("上架").see("兑换中").leave()
        season.people["partner"] = User.objects.by_phone("+8613900000031")


def redeem_and_accept_once(season: Season) -> None:
    """The volunteer redeems, the partner accepts the voucher on the phone; a second time it is refused."""
    with season.on("2026-04-14", "16:00"):
        helper = season.phone("resident").go("/volunteer/").press("积分兑换").press(HAIRCUT, exact=False)
        helper.press("用 20 积分兑换").see(HAIRCUT)
        code = helper.page.locator(".code").inner_text()
        clerk = season.phone("partner").go("/me/").press("核销兑换券")
        clerk.write(兑换码=code.lower()).press("查询").see(HAIRCUT, "冯*")
        season.pages["voucher"] = clerk.page.url
        again = season.phone("partner").go(season.pages["voucher"])
        clerk.press("确认核销").see("已核销").leave()
        again.press("确认核销").see("此兑换券已于").leave()
        helper.go("/volunteer/points/").see("5").leave()


def _scanned(activity: Activity) -> str:
    return f"/activities/{activity.pk}/scan/{spot_codes.show(activity, at=now())}/"


def _moment(visit, name: str, day: str, hour: str) -> None:
    visit.page.locator(f"#id_{name}_0").fill(day)
    visit.page.locator(f"#id_{name}_1").fill(hour)


STEPS = [
    announce_the_activity,
    become_a_volunteer,
    sign_up_on_the_phone,
    check_in_and_out,
    confirm_the_hours,
    offer_a_reward,
    redeem_and_accept_once,
]
