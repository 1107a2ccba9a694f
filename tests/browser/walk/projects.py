"""From the proposal to the running project: 申报, 路演, 票选, 公示, 协议, 里程碑."""

from decimal import Decimal

from projects.models import BudgetLine, Project
from projects.services import agreements, projects, signatures
from projects.tasks import end_notices, roll_agreements
from teams.models import CooperationMode, Field, Scene, Team

from .season import Season, picture

WORKSHOP, CARE, REPAIRS = "邻里共享工坊", "银星结对照护", "巷口急修半小时"
WRITTEN = {"目标": "每月修复旧物一百件。", "受益人群": "全体居民", "实施计划": "每周六开放，每月公布一次进展。"}


def propose_on_the_phone(season: Season) -> None:
    """The team's contact proposes a project with budget lines and milestones, and hands it in."""
    with season.on("2026-03-07", "20:00"):
        maker = season.phone("maker").go("/me/").press("我的全部项目").press("申报项目")
        maker.write(
            招募令="2026年春季小巷队伍招募令",
            标题=WORKSHOP,
            场景="善创",
            领域="社区共富",
            合作模式="公共空间共营",
            **WRITTEN,
        )
        _line(maker, 0, "工具和物料", "12000.00", "招募令资金")
        maker.press("添加一行预算", exact=False)
        _line(maker, 1, "师傅补贴", "8000.50", "自筹资金")
        _milestone(maker, 0, "工坊开张", "2026-03-31", "签到表和照片")
        maker.press("添加里程碑", exact=False)
        _milestone(maker, 1, "百件旧物", "2026-06-30", "修复清单")
        maker.press("保存并提交").see("待审核", "20,000.50", "工坊开张", "百件旧物")
        maker.leave()


def check_the_proposal(season: Season) -> None:
    """The community returns the proposal, the team corrects it, the community accepts it."""
    with season.on("2026-03-09"):
        season.desk("community").review("待审核的项目申报", step="退回修改", words="请写明安全措施。").leave()
        maker = season.phone("maker").go("/projects/mine/").press(WORKSHOP, exact=False).see("请写明安全措施")
        maker.press("修改").write(实施计划="每周六开放，电动工具由师傅操作。").press("保存并提交").see("待审核").leave()
    with season.on("2026-03-09", "16:00"):
        staff = season.desk("community").go("/admin/").menu("项目").press(WORKSHOP)
        staff.see("电动工具由师傅操作").press("受理").press("受理").see("已受理").leave()


def propose_two_more(season: Season) -> None:
    """Two more proposals come the same way, through the services."""
    with season.on("2026-03-09", "17:00"):
        for who, title in [("silver", CARE), ("rider", REPAIRS)]:
            project = projects.propose(
                Team.objects.get(contacts__user=season.people[who]),
                by=season.people[who],
                title=title,
                scene=Scene.objects.get(code="good-elder-care"),
                field=Field.objects.get(code="service"),
                mode=CooperationMode.objects.get(code="government-purchase"),
                goals="让邻居更安心。",
                beneficiaries="高龄老人",
                plan="每周上门两次。",
                lines=[{"purpose": "补贴", "amount": Decimal("15000.00"), "source": BudgetLine.Source.OWN}],
                milestones=[{"title": "首月服务", "due_on": "2026-04-20", "evidence": "服务记录"}],
            )
            projects.submit(project, by=season.people[who])
            projects.accept(project, by=season.people["community"])


def announce_roadshow_and_poll(season: Season) -> None:
    """Staff plan the roadshow, put the projects in order, and announce the rule of the vote beforehand."""
    with season.on("2026-03-11"):
        staff = season.desk("community").go("/admin/").menu("路演会").new("路演会")
        staff.write(标题="2026年春季项目路演会", 地点="社区居民议事厅")
        _moment(staff, "starts_at", "2026-03-16", "19:00")
        staff.press("保存并继续编辑").press("路演项目与次序")
        staff.write(**{REPAIRS: 1, WORKSHOP: 2, CARE: 3}).press("路演项目与次序").see(REPAIRS, WORKSHOP, CARE)
        staff.press("公布").press("公布").see("已公布")
        staff.menu("票选").new("票选").write(路演会="2026年春季项目路演会", 每人最多可选项目数=2)
        staff.write(入围项目数=2)
        _moment(staff, "opens_at", "2026-03-16", "19:00")
        _moment(staff, "closes_at", "2026-03-16", "21:00")
        staff.press("保存并继续编辑").press("公布票选规则").press("公布票选规则").see("已公布")
        season.pages["poll in the console"] = staff.page.url
        staff.leave()
        everybody = season.stranger().go("/c/330723001001/").press("2026年春季项目路演会", exact=False)
        everybody.see("居民代表", REPAIRS).press("了解票选").see("已公布")
        season.pages["poll"] = everybody.page.url
        everybody.leave()


def vote_on_the_phone(season: Season) -> None:
    """Residents' representatives vote on their phones; who is not on the roll is told so."""
    with season.on("2026-03-16", "19:05"):
        staff = season.desk("community").go(season.pages["poll in the console"]).press("开启票选")
        staff.press("开启票选").see("票选结束前不公开").leave()
        season.receipts = [_vote(season, f"voter{n}", chosen) for n, chosen in enumerate(CHOICES, start=1)]
        season.phone("resident").go(season.pages["poll"]).press("去投票").see("您不在本次票选的选民名册中").leave()


def see_only_the_turnout(season: Season) -> None:
    """While the vote runs, staff and everybody see how many have voted, never for what."""
    with season.on("2026-03-16", "19:30"):
        staff = season.desk("community").go(season.pages["poll in the console"]).see("票选结束前不公开")
        assert staff.page.locator("[data-figure=voted]").inner_text() == "3"
        staff.miss("得票").leave()
        season.stranger().go(season.pages["poll"]).see("75").miss("已入围", "自行核对").leave()


CHOICES = [(WORKSHOP, CARE), (CARE, WORKSHOP), (WORKSHOP, REPAIRS)]


def close_the_vote(season: Season) -> None:
    """Staff close the vote after its time, and the shortlist is there."""
    with season.on("2026-03-16", "21:01"):
        staff = season.desk("community").go(season.pages["poll in the console"]).press("结束票选").press("结束票选")
        staff.see(WORKSHOP, "已入围").leave()


def find_ones_ballot(season: Season) -> None:
    """Everybody reads the result, and finds their own ballot by its receipt."""
    with season.on("2026-03-17", "07:30"):
        voter = season.phone("voter3").go(season.pages["poll"]).see("已入围", "未入围")
        voter.write(回执码=season.receipts[2]).press("查找我的选票").see("名单中有这张选票")
        found = voter.page.locator("#found").inner_text()
        assert WORKSHOP in found
        assert REPAIRS in found
        assert CARE not in found
        voter.leave()


def post_the_notice(season: Season) -> None:
    """The shortlisted projects are shown to everybody for five working days."""
    with season.on("2026-03-17", "09:00"):
        staff = season.desk("community")
        for title in (WORKSHOP, CARE):
            staff.go("/admin/").press("待公示的入围项目", exact=False).press(title, exact=False)
            staff.press("发布公示").write(工作日=5).press("发布公示").see("公示阶段")
        staff.leave()


def object_on_the_phone(season: Season) -> None:
    """A resident reads the notice and objects without showing their name."""
    with season.on("2026-03-18", "20:00"):
        resident = season.phone("resident").go("/c/330723001001/")
        resident.press(WORKSHOP, exact=False, within="section:has-text('公示')").press("提出异议")
        resident.write(**{"您对什么有异议？理由是什么？": "电锯会不会太吵？"}).tick("不公开我的姓名")
        resident.press("提交异议").see("您的异议正在处理").leave()


def answer_the_objection(season: Season) -> None:
    """Staff answer; who objects is masked for them too."""
    with season.on("2026-03-19"):
        staff = season.desk("community").review("待答复的异议", step="答复并驳回", words="只在周六白天用，另装隔音门。")
        staff.miss("冯居民").leave()


def end_the_notice(season: Season) -> None:
    """Everybody reads question and answer; the clock ends the notice after its last day, not before."""
    with season.on("2026-03-19", "20:00"):
        season.stranger().go(_address(WORKSHOP)).press("公示至", exact=False).see("另装隔音门").miss("冯居民").leave()
    with season.on("2026-03-24", "23:00"):
        end_notices()
        assert not agreements.ready_for_agreement().exists()
    with season.on("2026-03-25", "00:10"):
        end_notices()
        assert agreements.ready_for_agreement().count() == 2


def draw_the_agreement_up(season: Season) -> None:
    """Staff draw the agreement up, the team reads and signs it on the phone."""
    with season.on("2026-03-25"):
        staff = season.desk("community").go("/admin/").press("待起草的协议", exact=False).press(WORKSHOP, exact=False)
        staff.press("起草协议").write(开始日期="2026-03-26", 结束日期="2026-05-20").press("起草协议").leave()
        maker = season.phone("maker").go("/me/").press("协议待签署", exact=False).see("尚未签署")
        maker.press("我已阅读，代表队伍签署").see("赵工坊").leave()


def sign_for_the_community(season: Season) -> None:
    """Staff sign and print the agreement; on its first day it is in force."""
    with season.on("2026-03-25", "16:00"):
        staff = season.desk("community").go("/admin/").press("待签署的协议", exact=False).press("2026-001", exact=False)
        staff.press("代表社区签署").press("代表社区签署").see("已签署")
        staff.press("打印版").see("甲方", "乙方", "下王宅", "赵工坊", "孙社工").leave()
        _agree_on_care(season)
    with season.on("2026-03-26", "00:10"):
        roll_agreements()
        assert Project.objects.running().count() == 2


def report_a_milestone(season: Season) -> None:
    """The team reports a milestone with figures and a photo from the phone, staff confirm it, everybody sees it."""
    with season.on("2026-03-30", "18:00"):
        maker = season.phone("maker").go("/projects/mine/").press(WORKSHOP, exact=False).press("上报 工坊开张")
        maker.write(完成情况="工坊开张，来了六十位邻居。", 服务人次=60, 活动场次=2, **{"支出金额（元）": "3200.50"})
        maker.write(照片=picture("现场.png")).press("提交报告").see("已上报").leave()
    with season.on("2026-03-31"):
        season.desk("community").review("待确认的里程碑报告", step="确认").leave()
        everybody = season.stranger().go(_address(WORKSHOP)).see("工坊开张，来了六十位邻居", "3,200.50")
        assert everybody.page.locator("article img").evaluate("img => img.complete && img.naturalWidth") == 320
        everybody.leave()


def _line(visit, number: int, purpose: str, amount: str, source: str) -> None:
    row = visit.page.locator(f"#line-{number + 1}")
    row.get_by_label("用途").fill(purpose)
    row.get_by_label("金额（元）").fill(amount)
    row.get_by_label("资金来源").select_option(label=source)


def _milestone(visit, number: int, title: str, due_on: str, evidence: str) -> None:
    row = visit.page.locator(f"#milestone-{number + 1}")
    row.get_by_label("标题").fill(title)
    row.get_by_label("完成期限").fill(due_on)
    row.get_by_label("可见成果").fill(evidence)


def _moment(visit, name: str, day: str, hour: str) -> None:
    visit.page.locator(f"#id_{name}_0").fill(day)
    visit.page.locator(f"#id_{name}_1").fill(hour)


def _vote(season: Season, who: str, chosen: tuple[str, ...]) -> str:
    """Tick, look over, cast; the receipt code is shown once."""
    voter = season.phone(who).go(season.pages["poll"]).press("去投票").tick(*chosen)
    voter.press("核对我的选择").see(*chosen).press("确认投票").see("您已投票")
    receipt = voter.page.locator(".code").inner_text()
    voter.go(season.pages["poll"]).see("您已投票").leave()
    return receipt


def _address(title: str) -> str:
    return Project.objects.get(title=title).get_absolute_url()


def _agree_on_care(season: Season) -> None:
    project = Project.objects.get(title=CARE)
    agreement = agreements.draft(project, by=season.people["community"], starts_on="2026-03-26", ends_on="2026-05-20")
    signatures.sign_for_team(agreement, by=season.people["silver"])
    agreement.refresh_from_db()
    signatures.sign_for_community(agreement, by=season.people["community"])


STEPS = [
    propose_on_the_phone,
    check_the_proposal,
    propose_two_more,
    announce_roadshow_and_poll,
    vote_on_the_phone,
    see_only_the_turnout,
    close_the_vote,
    find_ones_ballot,
    post_the_notice,
    object_on_the_phone,
    answer_the_objection,
    end_the_notice,
    draw_the_agreement_up,
    sign_for_the_community,
    report_a_milestone,
]
