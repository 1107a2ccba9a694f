"""The API's URL map: every resource on one page."""

from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.routers import APIRootView, DefaultRouter

from communities.api import accounts, own_account, people
from communities.api.calendar import CalendarDayViewSet
from communities.api.notices import NoticeViewSet
from communities.api.record import StatusChangeViewSet
from communities.api.regions import RegionViewSet
from communities.api.residents import ResidentViewSet
from communities.api.roll_imports import RollImportViewSet
from communities.api.todo import TodoViewSet
from evaluations.api.appeals import AppealViewSet, ReviewerViewSet
from evaluations.api.assignments import AssignmentPlanViewSet
from evaluations.api.committees import CommitteeMemberViewSet, CommitteeViewSet, RecusalViewSet
from evaluations.api.honours import HonourEntryViewSet, HonourViewSet
from evaluations.api.households import SurveyAnswerViewSet, SurveyHouseholdViewSet, SurveyResultViewSet
from evaluations.api.meetings import (
    AgendaItemViewSet,
    EvaluationMeetingViewSet,
    GradeVoteViewSet,
    MeetingSeatViewSet,
)
from evaluations.api.photos import MarkPhotoViewSet
from evaluations.api.ratings import BrandListingViewSet, RatingViewSet
from evaluations.api.reminders import ReminderHoldViewSet, ReminderViewSet
from evaluations.api.rounds import EvaluationRoundViewSet, RatingRhythmViewSet
from evaluations.api.scheme_parts import EvaluatorGroupViewSet, GateViewSet, IndicatorViewSet
from evaluations.api.schemes import SchemeViewSet
from evaluations.api.sheets import DeclarationViewSet, ScoreSheetViewSet
from evaluations.api.surveys import SurveyQuestionViewSet, SurveyViewSet
from projects.api.agreements import AgreementViewSet
from projects.api.electorates import ExpertViewSet, ListedVoterViewSet, SubstitutionViewSet
from projects.api.polls import PollViewSet, VoterRollViewSet
from projects.api.presences import PresenceViewSet
from projects.api.projects import ProjectViewSet
from projects.api.public_notices import ObjectionViewSet, PublicNoticeViewSet
from projects.api.reports import MilestoneReportViewSet, MilestoneViewSet
from projects.api.roadshows import RoadshowViewSet
from projects.api.venue import KioskViewSet, PaperSheetViewSet, VotingSlipViewSet
from teams.api.admissions import AdmissionDocumentViewSet, AdmissionViewSet
from teams.api.calls import CallViewSet
from teams.api.members import TeamMemberViewSet
from teams.api.review import ReviewViewSet
from teams.api.teams import TeamContactViewSet, TeamViewSet
from teams.api.vocabularies import CooperationModeViewSet, FieldViewSet, SceneViewSet, TeamTypeViewSet
from volunteers.api import (
    activities,
    attendances,
    certificates,
    courses,
    former,
    gifts,
    kept_scans,
    ledger,
    oddities,
    offline_uses,
    paid_work,
    partners,
    pools,
    prices,
    redemptions,
    repetitions,
    reservations,
    reward_photos,
    rewards,
    rules,
    safeguards,
    signups,
    stars,
    vocabulary,
    volunteers,
)


class Root(APIRootView):
    """The list of resources: no secret, and nothing of anybody's is in it."""

    permission_classes = [AllowAny]


router = DefaultRouter()
router.APIRootView = Root
router.register("phone-codes", accounts.PhoneCodeViewSet, basename="phone-code")
router.register("sessions", accounts.SessionViewSet, basename="session")
router.register("consents", own_account.ConsentViewSet)
router.register("users", people.UserViewSet)
router.register("role-assignments", people.RoleAssignmentViewSet)
router.register("reveals", people.RevealViewSet)
router.register("audit-events", people.AuditEventViewSet)
router.register("status-changes", StatusChangeViewSet)
router.register("regions", RegionViewSet)
router.register("calendar-days", CalendarDayViewSet)
router.register("residents", ResidentViewSet)
router.register("roll-imports", RollImportViewSet)
router.register("notices", NoticeViewSet)
router.register("todo", TodoViewSet, basename="todo")
router.register("team-types", TeamTypeViewSet)
router.register("scenes", SceneViewSet)
router.register("fields", FieldViewSet)
router.register("cooperation-modes", CooperationModeViewSet)
router.register("calls", CallViewSet)
router.register("admissions", AdmissionViewSet)
router.register("admission-documents", AdmissionDocumentViewSet)
router.register("teams", TeamViewSet)
router.register("team-contacts", TeamContactViewSet)
router.register("team-members", TeamMemberViewSet)
router.register("review", ReviewViewSet, basename="review")
router.register("activity-kinds", vocabulary.ActivityKindViewSet)
router.register("skills", vocabulary.SkillViewSet)
router.register("volunteers", volunteers.VolunteerViewSet)
router.register("activities", activities.ActivityViewSet)
router.register("repetitions", repetitions.RepetitionViewSet)
router.register("safeguards", safeguards.SafeguardViewSet)
router.register("paid-work", paid_work.PaidWorkViewSet)
router.register("signups", signups.SignupViewSet)
router.register("attendances", attendances.AttendanceViewSet)
router.register("certificates", certificates.CertificateViewSet)
router.register("seals", certificates.SealViewSet)
router.register("star-rules", stars.StarRuleViewSet)
router.register("star-awards", stars.StarAwardViewSet)
router.register("former-imports", former.FormerImportViewSet)
router.register("former-hours", former.FormerHoursViewSet)
router.register("kept-scans", kept_scans.KeptScanViewSet)
router.register("oddities", oddities.OddityViewSet)
router.register("points-rules", rules.PointsRuleViewSet)
router.register("points-accounts", ledger.AccountViewSet)
router.register("points-journals", ledger.JournalViewSet)
router.register("points-entries", ledger.PointEntryViewSet)
router.register("points-fundings", pools.FundingViewSet)
router.register("points-gifts", gifts.GiftViewSet)
router.register("partners", partners.PartnerViewSet)
router.register("partner-prices", prices.PartnerPriceViewSet)
router.register("partner-settlements", partners.SettlementViewSet)
router.register("reward-kinds", vocabulary.RewardKindViewSet)
router.register("rewards", rewards.RewardViewSet)
router.register("reward-photos", reward_photos.RewardPhotoViewSet)
router.register("reservations", reservations.ReservationViewSet)
router.register("course-sessions", courses.CourseSessionViewSet)
router.register("course-places", courses.CoursePlaceViewSet)
router.register("redemptions", redemptions.RedemptionViewSet)
router.register("offline-uses", offline_uses.OfflineUseViewSet)
router.register("projects", ProjectViewSet)
router.register("milestones", MilestoneViewSet)
router.register("milestone-reports", MilestoneReportViewSet)
router.register("public-notices", PublicNoticeViewSet)
router.register("objections", ObjectionViewSet)
router.register("agreements", AgreementViewSet)
router.register("roadshows", RoadshowViewSet)
router.register("polls", PollViewSet)
router.register("voter-roll", VoterRollViewSet)
router.register("substitutions", SubstitutionViewSet)
router.register("experts", ExpertViewSet)
router.register("listed-voters", ListedVoterViewSet)
router.register("voting-slips", VotingSlipViewSet)
router.register("kiosks", KioskViewSet)
router.register("paper-sheets", PaperSheetViewSet)
router.register("presences", PresenceViewSet)
router.register("schemes", SchemeViewSet)
router.register("evaluator-groups", EvaluatorGroupViewSet)
router.register("indicators", IndicatorViewSet)
router.register("gates", GateViewSet)
router.register("committees", CommitteeViewSet)
router.register("committee-members", CommitteeMemberViewSet)
router.register("recusals", RecusalViewSet)
router.register("declarations", DeclarationViewSet)
router.register("evaluation-rounds", EvaluationRoundViewSet)
router.register("assignment-plans", AssignmentPlanViewSet)
router.register("rating-rhythms", RatingRhythmViewSet)
router.register("reminders", ReminderViewSet)
router.register("reminder-holds", ReminderHoldViewSet)
router.register("evaluation-meetings", EvaluationMeetingViewSet)
router.register("meeting-seats", MeetingSeatViewSet)
router.register("agenda-items", AgendaItemViewSet)
router.register("grade-votes", GradeVoteViewSet)
router.register("score-sheets", ScoreSheetViewSet)
router.register("surveys", SurveyViewSet)
router.register("survey-questions", SurveyQuestionViewSet)
router.register("survey-households", SurveyHouseholdViewSet)
router.register("survey-answers", SurveyAnswerViewSet, basename="survey-answer")
router.register("survey-results", SurveyResultViewSet)
router.register("mark-photos", MarkPhotoViewSet)
router.register("ratings", RatingViewSet)
router.register("appeals", AppealViewSet)
router.register("appeal-reviewers", ReviewerViewSet)
router.register("brand-listings", BrandListingViewSet)
router.register("honours", HonourViewSet)
router.register("honour-entries", HonourEntryViewSet)

me = own_account.MeViewSet.as_view
urlpatterns = [
    path("me/", me({"get": "retrieve", "patch": "partial_update"}), name="me"),
    path("me/phone/", me({"post": "phone"}), name="my-phone"),
    path("me/erase/", me({"post": "erase"}), name="erase-me"),
    path("me/export/", me({"post": "export"}), name="my-data"),
    *router.urls,
]
