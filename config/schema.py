"""Settings of the API's description: names for its lists of choices, which would otherwise be numbered."""

CHOICES = """
communities.Region.Level communities.AuditEvent.Kind communities.Consent.Kind communities.Resident.Status
communities.RollImport.Status communities.Upload.Kind
teams.Admission.Status teams.Admission.Kind teams.Admission.Standing teams.RecruitmentCall.Status teams.Team.Status
projects.Roadshow.Status projects.Poll.Status projects.Poll.Electorate projects.Poll.TieRule projects.PollResult.Outcome
projects.Project.Status projects.Agreement.Status projects.BudgetLine.Source projects.PublicNotice.Status
projects.Objection.Status projects.MilestoneReport.Status
evaluations.Scheme.Status evaluations.EvaluatorGroup.Method evaluations.EvaluatorGroup.BelowMinimum
evaluations.Indicator.Kind evaluations.Indicator.Method evaluations.Committee.Status evaluations.Rating.Status
evaluations.BrandListing.Status evaluations.EvaluationRound.Status evaluations.ScoreSheet.Status
evaluations.Survey.Status evaluations.SurveyHousehold.Status evaluations.SurveyQuestion.Kind
evaluations.EvaluationMeeting.Status evaluations.AgendaItem.Status evaluations.GradeVote.Choice
volunteers.Attendance.Status volunteers.Attendance.Means volunteers.Activity.Status volunteers.Signup.Status
volunteers.Account.Kind volunteers.Journal.Kind volunteers.Redemption.Status volunteers.Partner.Status
volunteers.Reward.Status volunteers.Volunteer.Status volunteers.Certificate.Status volunteers.Seal.Status
volunteers.StarAward.Status volunteers.FormerImport.Status
volunteers.Reservation.Status volunteers.CourseSession.Status
volunteers.OfflineUse.Status volunteers.OfflineUse.Found
volunteers.Volunteer.Sex volunteers.Repetition.Status
volunteers.Repetition.Every volunteers.Safeguard.Status volunteers.Safeguard.Kind volunteers.PaidWork.Status
volunteers.PartnerPrice.Status
"""


def _named(path: str) -> tuple[str, str]:
    app, model, choices = path.split(".")
    return f"{model}{choices}", f"{app}.models.{model}.{choices}"


SPECTACULAR = {
    "TITLE": "小巷队伍管理平台 API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        **dict(_named(path) for path in CHOICES.split()),
        "Role": "communities.grants.Role",
        "Seat": "evaluations.models.Seat",
        "EvaluatorGroupCode": "evaluations.models.schemes.GROUPS",
        "Share": "evaluations.models.Share",
        "Grade": "projects.models.projects.GRADES",
    },
}
