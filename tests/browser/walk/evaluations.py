"""考评: a street opens a round, the committee scores on phones, grades are published and have their effect."""

from django.utils.timezone import now

from communities.services import outbox
from evaluations import tasks
from evaluations.models import Reviewer
from evaluations.models.schemes import Seat
from evaluations.services import committees, schemes

from .projects import CARE, WORKSHOP
from .season import Season

SEATS = {
    "seat_street": Seat.STREET,
    "seat_community": Seat.COMMUNITY,
    "seat_residents": Seat.RESIDENTS,
    "seat_third": Seat.THIRD_PARTY,
}
REFUSED = "2A 及以下"
ROUND = "2026年春季项目考评"
# What each project gets of the full marks: 4A and 2A.
SHARES = {WORKSHOP: 0.86, CARE: 0.65}


def found_the_committee(season: Season) -> None:
    """The street founds its committee in the console and appoints four members; the seeded scheme is theirs."""
    with season.on("2026-04-07", "09:00"):
        street = season.desk("street").go("/admin/").menu("考评管理委员会").new("考评管理委员会")
        street.write(名称="白洋街道考评管理委员会").press("保存并查看").press("聘任委员")
        street.write(用户名或手机号="seat_street", 评价主体="街道").press("聘任委员").see("评一").leave()
        committee = committees.Committee.objects.get()
        for seat, group in list(SEATS.items())[1:]:
            committees.appoint(committee, user=season.people[seat], group=group, by=season.people["street"])
        schemes.from_preset(season.street, by=season.people["street"])


def open_the_round(season: Season) -> None:
    """The street drafts a round for a period and opens it."""
    with season.on("2026-04-07", "10:00"):
        street = season.desk("street").go("/admin/").menu("考评轮次").new("考评轮次")
        street.write(标题=ROUND, 考评期自="2026-03-26", 考评期至="2026-04-30")
        street.write(考评管理委员会="白洋街道考评管理委员会")
        street.page.locator("#id_scheme").select_option(index=1)
        street.page.locator("#id_closes_at_0").fill("2026-04-14")
        street.page.locator("#id_closes_at_1").fill("18:00")
        street.press("保存并继续编辑").see(WORKSHOP, CARE).press("开启评分").press("开启评分").see("评分中")
        season.pages["round"] = street.page.url
        street.leave()


def score_on_the_phone(season: Season) -> None:
    """Four members score on their phones; the third party has an interest in one project and steps back."""
    for hour, seat in enumerate(SEATS, start=10):
        with season.on("2026-04-08", f"{hour}:00"):
            member = season.phone(seat).go("/me/").press("我的评分表")
            if seat == "seat_third":
                member.press(CARE, exact=False).press("我与该项目有利害关系")
                member.write(理由="该队伍负责人是我的亲属。").press("申请回避").see("已回避")
            for title in [WORKSHOP] if seat == "seat_third" else SHARES:
                _score(member, title)
            member.leave()


def close_the_round(season: Season) -> None:
    """Nobody sees a sum before; the street closes the round, looks at how the grades came about, calls the meeting."""
    with season.on("2026-04-09", "09:00"):
        street = season.desk("street").go(season.pages["round"]).miss("4A")
        street.press("截止评分").press("截止评分").see("4A", "2A")
        street.menu("项目效应评定会").new("项目效应评定会").write(考评轮次=ROUND, 地点="街道二楼会议室")
        street.page.locator("#id_starts_at_0").fill("2026-04-09")
        street.page.locator("#id_starts_at_1").fill("10:00")
        street.press("保存并继续编辑").see("待审议").press("控制台")
        season.pages["control"] = street.page.url
        street.leave()


def confirm_the_grades(season: Season) -> None:
    """Three of four members come and say so on their phones; one without a phone is noted; each grade by named vote."""
    with season.on("2026-04-09", "10:00"):
        street = season.desk("street").go(season.pages["control"]).press("开始会议").see("到会 0 人")
        members = [
            season.phone(seat).go("/me/").press(ROUND, exact=False) for seat in ("seat_street", "seat_community")
        ]
        for member in members:
            member.press("我已到会").see("您已签到")
        row = street.go(season.pages["control"]).page.locator("li", has_text="居民代表").last
        with street.page.expect_navigation():
            row.get_by_role("button", name="已到会").click()
        for _project in SHARES:
            street.press("表决").see("尚未表决")
            for member in members:
                member.go("/meetings/").press(ROUND, exact=False).press("查看等级并表决")
                member.write(**{"同意：确认这个等级": True}).press("投下我的一票").see("您的表决已记录")
            street.go(season.pages["control"]).page.locator("summary", has_text="代记没带手机").click()
            street.press("记下这一票").press("结束表决并计票").see("评定会已确认")
        street.press("结束会议").press("会议纪要").see("到会委员签名", "同意 (3)").leave()
        for member in members:
            member.leave()


def announce(season: Season) -> None:
    """What the meeting confirmed is told to the teams."""
    with season.on("2026-04-09", "16:00"):
        street = season.desk("street").go(season.pages["round"]).press("向队伍公布").press("向队伍公布")
        street.see("已向队伍公布", "2026年4月20日").leave()
        _tell_everybody()


def appeal_against_the_2a(season: Season) -> None:
    """The team reads how its 2A came about and appeals; the street names three who are not challenged."""
    with season.on("2026-04-09", "20:00"):
        silver = season.phone("silver").go("/inbox/").press("初评等级已公布", exact=False).see("2A", "可在")
        silver.press("对等级提出申诉").write(**{"哪里不对？为什么？": "上门陪护的签到表没有计入。"})
        silver.page.locator("[name=indicators]").first.check()
        silver.press("提交申诉").see("已提出", "上门陪护的签到表没有计入。").leave()
    with season.on("2026-04-10", "09:00"):
        street = season.desk("street").go("/admin/").press("待指定复核人的申诉", exact=False)
        street.press(CARE, exact=False).press("指定复核人")
        for box in street.page.locator("[name=members]").all():
            box.check()
        street.press("指定复核人").see("复核中").leave()


def decide_the_appeal(season: Season) -> None:
    """Each reviewer says on the phone what is right; the street dismisses, and the team reads why."""
    for hour, person in enumerate(Reviewer.objects.order_by("pk").values_list("member__user__username", flat=True)):
        who = next(name for name, user in season.people.items() if user.username == person)
        with season.on("2026-04-14", f"1{hour}:00"):
            member = season.phone(who).go("/me/").press("待复核的申诉").press(CARE, exact=False)
            member.page.locator("[name=upholds][value=no]").check()
            member.write(理由="签到表没有住户签名，评分无误。").press("提交复核意见").see("申诉不成立").leave()
    with season.on("2026-04-15", "09:00"):
        street = season.desk("street").go("/admin/").press("待作出决定的申诉", exact=False).press(CARE, exact=False)
        street.press("驳回（写明理由）").write(理由="复核人一致认为评分符合方案。").press("驳回（写明理由）")
        street.see("申诉驳回").leave()
        _tell_everybody()
    with season.on("2026-04-15", "20:00"):
        season.phone("silver").go("/inbox/").see("复核人一致认为评分符合方案。").leave()


def let_the_time_to_appeal_pass(season: Season) -> None:
    """Nobody but the team knows its grade until the time to appeal is over; then the clock publishes."""
    with season.on("2026-04-20", "23:00"):
        tasks.publish_due_rounds()
        season.stranger().go("/").press("品牌库").miss(WORKSHOP).leave()
    with season.on("2026-04-21", "00:10"):
        tasks.publish_due_rounds()


def see_what_follows(season: Season) -> None:
    """The 4A project is in the brand library; the 2A project's agreement is not renewed, and both sides read why."""
    with season.on("2026-04-21"):
        everybody = season.stranger().go("/").press("品牌库").see(WORKSHOP, "4A").miss(CARE)
        everybody.press(WORKSHOP, exact=False).see("4A").leave()
        silver = season.phone("silver").go("/projects/mine/").press(CARE, exact=False).see("2A")
        silver.press("2026-002", exact=False).see(REFUSED).leave()
        staff = season.desk("community").go("/admin/").menu("合作协议").press("2026-002", exact=False).see(REFUSED)
        assert staff.page.get_by_role("link", name="续签", exact=True).count() == 0
        staff.menu("合作协议").press("2026-001", exact=False).press("续签").write(结束日期="2027-05-20")
        staff.press("续签").menu("合作协议").see("2026-003").leave()


def _tell_everybody() -> None:
    """What the clock does every minute."""
    while outbox.fan_out(at=now()):
        pass


def _score(member, title: str) -> None:
    """Every mark in turn; the sheet is sealed and says so."""
    member.press(title, exact=False)
    for mark in member.page.locator("input.mark").all():
        mark.fill(f"{float(mark.get_attribute('max')) * SHARES[title]:.1f}")
    for note in member.page.locator("textarea:visible").all():
        note.fill("查阅台账，走访住户。")
    member.page.locator("[name=no_interest]").check()
    member.press("提交并封存").see("已提交")


SCORING = [
    *(found_the_committee, open_the_round, score_on_the_phone, close_the_round, confirm_the_grades),
    *(announce, appeal_against_the_2a),
]
GRADES = [decide_the_appeal, let_the_time_to_appeal_pass, see_what_follows]
