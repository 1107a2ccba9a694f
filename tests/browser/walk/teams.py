"""招募 and 准入: from the call to the admitted team."""

from django.conf import settings

from communities.models import User
from config.demo.names import credit_code
from teams.models import Admission, TeamType
from teams.services import admissions

from .season import PASSWORD, PHONES, Season, picture

NEED = "老人就近照护、旧物修补和楼道小修小补，居民盼了两年。"


def publish_the_call(season: Season) -> None:
    """Community staff sign in with their password and publish a call."""
    with season.on("2026-03-02", "09:00"):
        staff = season.stranger(width=1366).go("/sign-in/").press("工作人员用密码登录")
        staff.write(用户名="walk-community", 密码=PASSWORD).press("登录")
        staff.see("今日待办").menu("招募令").new("招募令")
        staff.write(
            标题="2026年春季小巷队伍招募令",
            场景="善养",
            领域="社区服务",
            居民需求=NEED,
            提供的场地="社区服务中心二楼活动室",
            开始日期="2026-03-02",
        ).write(**{"提供的经费（元）": 60000, "截止日期（含当天）": "2026-03-20"})
        staff.press("保存并继续编辑").press("发布").press("发布").see("已发布").press("公开页面")
        season.pages["call"] = staff.see(NEED, "正在招募").page.url
        staff.leave()


def sign_in_by_code(season: Season) -> None:
    """Somebody new finds the call on their phone, and signs in with a code on the way to applying."""
    with season.on("2026-03-03", "19:30"):
        maker = season.stranger().go("/").press("招募令")
        maker.press("2026年春季小巷队伍招募令", exact=False).press("申请成为小巷队伍")
        maker.write(手机号=PHONES["maker"]).press("获取验证码")
        maker.write(短信验证码=_code_sent()).press("登录")
        maker.write(您的姓名="赵工坊").tick("我已阅读").press("继续").see("申请成为小巷队伍", "应征招募令").leave()
        season.people["maker"] = User.objects.by_phone(f"+86{PHONES['maker']}")


def apply_on_the_phone(season: Season) -> None:
    """They apply with a document; what is missing is said at its place, and nothing typed is lost."""
    with season.on("2026-03-03", "19:40"):
        maker = season.phone("maker").go(season.pages["call"]).press("申请成为小巷队伍")
        maker.write(队伍名称="邻里共享工坊").press("提交").see("尚未提交").tick("社会主体", "团体型")
        maker.write(队伍类型="小巷创客", 统一社会信用代码=credit_code(21), 简介="教邻居修旧利废。")
        maker.write(材料=picture("登记证.png")).press("提交").see("社区正在审核", "登记证.png", "邻里共享工坊").leave()


def return_and_correct(season: Season) -> None:
    """The community returns the application at its review desk, the applicant corrects it."""
    with season.on("2026-03-04"):
        staff = season.desk("community")
        staff.review("待社区审核的准入申请", step="退回补正", words="请补充登记证书的副本，并写明服务时间。")
        staff.see("没有待办事项").leave()
    with season.on("2026-03-04", "20:00"):
        maker = season.phone("maker").go("/me/").press("邻里共享工坊", exact=False).see("请补充登记证书的副本")
        maker.press("补正").write(简介="教邻居修旧利废，每周六开放。", 材料=picture("登记证副本.png", "#a3241f"))
        maker.press("提交").see("社区正在审核", "登记证副本.png").leave()


def recommend(season: Season) -> None:
    """The community recommends the applicant to the street."""
    with season.on("2026-03-05"):
        staff = season.desk("community").go("/admin/").menu("准入申请").press("邻里共享工坊")
        staff.press("推荐").write(给街道的推荐意见="材料齐全，走访良好。").press("推荐").see("社区已推荐").leave()


def admit(season: Season) -> None:
    """The street admits; the subject is a team with a page of its own."""
    with season.on("2026-03-06"):
        season.desk("street").review("待街道审批的准入申请", step="准入").see("没有待办事项").leave()
        maker = season.phone("maker").go("/me/").press("邻里共享工坊", exact=False)
        maker.see("小巷创客", "每周六开放").leave()


def admit_two_more(season: Season) -> None:
    """Two more teams come the same way, through the services."""
    for number, (who, name, kind) in enumerate(
        [("silver", "银星照护队", "silver-star"), ("rider", "巷口急修队", "rider")]
    ):
        applicant = season.people[who]
        with season.on("2026-03-04", f"1{number}:00"):
            admission = admissions.start(season.home, by=applicant)
            admissions.fill(
                admission,
                by=applicant,
                name=name,
                kind=Admission.Kind.SOCIAL_ORGANISATION,
                standing=Admission.Standing.INDIVIDUAL,
                team_type=TeamType.objects.get(code=kind),
                contact_name=applicant.name,
                contact_phone=applicant.phone,
                introduction="为下王宅的邻居服务。",
            )
            admissions.submit(admission, by=applicant)
            admissions.recommend(admission, by=season.people["community"], recommendation="予以推荐。")
            admissions.admit(admission, by=season.people["street"])


def _code_sent() -> str:
    """The digits of the newest message that the console sender kept."""
    newest = max(settings.SMS_DIR.glob("*.txt"), key=lambda file: file.stat().st_mtime_ns)
    return next(word for word in _words(newest.read_text(encoding="utf-8")) if len(word) == 6)


def _words(text: str) -> list[str]:
    return "".join(sign if sign.isdecimal() else " " for sign in text).split()


STEPS = [publish_the_call, sign_in_by_code, apply_on_the_phone, return_and_correct, recommend, admit, admit_two_more]
