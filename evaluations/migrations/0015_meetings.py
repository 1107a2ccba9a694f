"""The evaluation meeting: who sits in it, what is on its agenda, and how each grade is voted on, by name."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from communities.triggers import append_only, trigger

MEETING = "EXISTS (SELECT 1 FROM evaluations_evaluationmeeting t WHERE t.id = {row}.meeting_id AND t.status {status})"
BEFORE_IT_OPENS = MEETING.format(row="{row}", status="= 'planned'")
UNTIL_IT_CLOSES = MEETING.format(row="NEW", status="IN ('planned', 'under_way')")
UNDER_WAY = MEETING.format(row="NEW", status="= 'under_way'")
RULES = ("round_id", "quorum", "majority", "members", "quorum_needed", "majority_needed", "opened_at")

SEAT_MOVED = "NEW.meeting_id <> OLD.meeting_id OR NEW.member_id <> OLD.member_id"
SEAT_IN_TIME = f"({UNTIL_IT_CLOSES} AND (NEW.present_at IS NULL OR {UNDER_WAY}))"

ITEM_FITS = (
    "NEW.status = 'waiting' AND EXISTS (SELECT 1 FROM evaluations_evaluationmeeting t"
    " JOIN evaluations_rating g ON g.round_id = t.round_id"
    " WHERE t.id = NEW.meeting_id AND g.id = NEW.rating_id AND t.status IN ('planned', 'under_way'))"
)
ITEM_DECIDED = "OLD.status IN ('confirmed', 'rejected', 'postponed')"
ITEM_MOVED = "NEW.meeting_id <> OLD.meeting_id OR NEW.rating_id <> OLD.rating_id"
# While a vote is on, what is voted on stays.
GRADE_CHANGED = (
    "OLD.status = 'voting' AND (NEW.total <> OLD.total OR NEW.grade <> OLD.grade OR NEW.input_hash <> OLD.input_hash)"
)
ITEM_EARLY = f"NEW.status IN ('presenting', 'voting', 'confirmed', 'rejected') AND NOT {UNDER_WAY}"
NO_QUORUM = (
    "NEW.status = 'voting' AND OLD.status <> 'voting' AND (SELECT count(*) FROM evaluations_meetingseat s"
    " WHERE s.meeting_id = NEW.meeting_id AND s.present_at IS NOT NULL AND s.left_at IS NULL)"
    " < (SELECT t.quorum_needed FROM evaluations_evaluationmeeting t WHERE t.id = NEW.meeting_id)"
)
VOTES = (
    "(SELECT count(*) FROM evaluations_gradevote v JOIN evaluations_meetingseat s ON s.id = v.seat_id"
    " JOIN evaluations_committeemember m ON m.id = s.member_id WHERE v.item_id = NEW.id AND v.choice = '{choice}'"
    " AND NOT EXISTS (SELECT 1 FROM evaluations_recusal r JOIN evaluations_rating g ON g.project_id = r.project_id"
    " WHERE r.user_id = m.user_id AND g.id = NEW.rating_id))"
)
VOTES_DIFFER = "NEW.status IN ('confirmed', 'rejected') AND ({counts})".format(
    counts=" OR ".join(
        f"NEW.{column} <> {VOTES.format(choice=choice)}"
        for column, choice in [("votes_for", "for"), ("votes_against", "against"), ("abstentions", "abstain")]
    )
)
NO_MAJORITY = (
    "NEW.status = 'confirmed' AND NEW.votes_for <"
    " (SELECT t.majority_needed FROM evaluations_evaluationmeeting t WHERE t.id = NEW.meeting_id)"
)
# FOR SHARE waits for a decision under way, and makes a decision wait for the votes before it.
VOTE_OPEN = "EXISTS (SELECT 1 FROM evaluations_agendaitem i WHERE i.id = NEW.item_id AND i.status = 'voting'{lock})"
VOTER_PRESENT = (
    "EXISTS (SELECT 1 FROM evaluations_meetingseat s JOIN evaluations_agendaitem i ON i.meeting_id = s.meeting_id"
    " WHERE s.id = NEW.seat_id AND i.id = NEW.item_id AND s.present_at IS NOT NULL AND s.left_at IS NULL)"
)
VOTER_RECUSED = (
    "EXISTS (SELECT 1 FROM evaluations_meetingseat s JOIN evaluations_committeemember m ON m.id = s.member_id"
    " JOIN evaluations_recusal r ON r.user_id = m.user_id JOIN evaluations_rating g ON g.project_id = r.project_id"
    " JOIN evaluations_agendaitem i ON i.rating_id = g.id WHERE s.id = NEW.seat_id AND i.id = NEW.item_id)"
)


def refused(name: str, table: str, verbs: str, condition: str, code: str, sqlite_condition: str = ""):
    """What meets the condition is refused; `verbs` like “INSERT OR UPDATE”."""
    return trigger(
        name,
        table=table,
        postgres=(
            f"BEFORE {verbs}",
            f"IF {condition} THEN {{refuse}} END IF; " + ("RETURN OLD;" if verbs == "DELETE" else "RETURN NEW;"),
        ),
        sqlite=[f"BEFORE {verb} ON {table} WHEN {sqlite_condition or condition}" for verb in verbs.split(" OR ")],
        code=code,
    )


MEETINGS, SEATS, ITEMS, BALLOTS = (
    f"evaluations_{name}" for name in ("evaluationmeeting", "meetingseat", "agendaitem", "gradevote")
)
OPENED = "OLD.status <> 'planned' AND ({changed})"
LAWS = [
    refused(
        "evaluations_meeting_fixed",
        MEETINGS,
        "UPDATE",
        OPENED.format(changed=" OR ".join(f"NEW.{rule} IS DISTINCT FROM OLD.{rule}" for rule in RULES)),
        "meeting_is_fixed",
        OPENED.format(changed=" OR ".join(f"NEW.{rule} IS NOT OLD.{rule}" for rule in RULES)),
    ),
    refused(
        "evaluations_seat_invited", SEATS, "INSERT", f"NOT {BEFORE_IT_OPENS.format(row='NEW')}", "attendance_is_fixed"
    ),
    refused(
        "evaluations_seat_kept", SEATS, "DELETE", f"NOT {BEFORE_IT_OPENS.format(row='OLD')}", "attendance_is_fixed"
    ),
    refused("evaluations_seat_in_time", SEATS, "UPDATE", f"{SEAT_MOVED} OR NOT {SEAT_IN_TIME}", "attendance_is_fixed"),
    refused("evaluations_item_fits", ITEMS, "INSERT", f"NOT ({ITEM_FITS})", "agenda_does_not_fit"),
    refused("evaluations_item_moved", ITEMS, "UPDATE", f"{ITEM_MOVED} OR {ITEM_EARLY}", "agenda_does_not_fit"),
    refused("evaluations_item_decided", ITEMS, "UPDATE", f"{ITEM_DECIDED} OR {GRADE_CHANGED}", "item_is_decided"),
    refused("evaluations_item_kept", ITEMS, "DELETE", "true", "item_is_decided"),
    refused("evaluations_item_quorum", ITEMS, "UPDATE", NO_QUORUM, "no_quorum"),
    refused("evaluations_item_votes", ITEMS, "UPDATE", VOTES_DIFFER, "votes_differ"),
    refused("evaluations_item_majority", ITEMS, "UPDATE", NO_MAJORITY, "no_majority"),
    append_only(BALLOTS),
    refused(
        "evaluations_vote_open",
        BALLOTS,
        "INSERT",
        f"NOT {VOTE_OPEN.format(lock=' FOR SHARE OF i')}",
        "vote_not_open",
        f"NOT {VOTE_OPEN.format(lock='')}",
    ),
    refused("evaluations_vote_present", BALLOTS, "INSERT", f"NOT {VOTER_PRESENT}", "voter_not_present"),
    refused("evaluations_vote_recused", BALLOTS, "INSERT", VOTER_RECUSED, "voter_recused"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0009_people_are_forgotten"),
        ("communities", "__first__"),
        ("evaluations", "0014_no_renewal_after_2a"),
    ]

    operations = [
        migrations.AddField(
            model_name="evaluationround",
            name="confirmed_by_meeting",
            field=models.BooleanField(
                blank=True,
                help_text="Without its vote on every project the grades are not announced.",
                null=True,
                verbose_name="an evaluation meeting confirms the grades",
            ),
        ),
        migrations.CreateModel(
            name="EvaluationMeeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("status", models.CharField(db_index=True, editable=False, max_length=16, verbose_name="status")),
                ("starts_at", models.DateTimeField(verbose_name="starts at")),
                ("place", models.CharField(max_length=80, verbose_name="place")),
                (
                    "quorum",
                    models.CharField(
                        choices=[
                            ("more_than_half", "more than half"),
                            ("two_thirds", "two thirds"),
                            ("three_quarters", "three quarters"),
                            ("all", "all"),
                        ],
                        default="two_thirds",
                        help_text="Of all members.",
                        max_length=16,
                        verbose_name="must be present",
                    ),
                ),
                (
                    "majority",
                    models.CharField(
                        choices=[
                            ("more_than_half", "more than half"),
                            ("two_thirds", "two thirds"),
                            ("three_quarters", "three quarters"),
                            ("all", "all"),
                        ],
                        default="more_than_half",
                        help_text="Of all members.",
                        max_length=16,
                        verbose_name="must agree",
                    ),
                ),
                ("remarks", models.TextField(blank=True, max_length=4000, verbose_name="remarks for the minutes")),
                ("members", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="members")),
                (
                    "quorum_needed",
                    models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="needed for the quorum"),
                ),
                (
                    "majority_needed",
                    models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="needed to confirm"),
                ),
                ("opened_at", models.DateTimeField(editable=False, null=True, verbose_name="opened at")),
                ("closed_at", models.DateTimeField(editable=False, null=True, verbose_name="closed at")),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="communities.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="evaluations.evaluationround",
                        verbose_name="evaluation round",
                    ),
                ),
            ],
            options={
                "verbose_name": "evaluation meeting",
                "verbose_name_plural": "evaluation meetings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["under_way", "closed"]), _negated=True),
                            models.Q(
                                ("majority_needed__gt", 0),
                                ("majority_needed__lte", models.F("members")),
                                ("members__gt", 0),
                                ("opened_at__isnull", False),
                                ("quorum_needed__gt", 0),
                                ("quorum_needed__lte", models.F("members")),
                            ),
                            _connector="OR",
                        ),
                        name="open_meeting_is_complete",
                        violation_error_message="A meeting opens with members, a quorum and a majority.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("status", models.CharField(db_index=True, editable=False, max_length=16, verbose_name="status")),
                ("order", models.PositiveSmallIntegerField(verbose_name="order")),
                ("total", models.CharField(blank=True, editable=False, max_length=16, verbose_name="total points")),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[("1A", "1A"), ("2A", "2A"), ("3A", "3A"), ("4A", "4A"), ("5A", "5A")],
                        editable=False,
                        max_length=2,
                        verbose_name="grade",
                    ),
                ),
                (
                    "input_hash",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="input fingerprint"),
                ),
                ("presented_at", models.DateTimeField(editable=False, null=True, verbose_name="presented at")),
                ("voting_at", models.DateTimeField(editable=False, null=True, verbose_name="vote opened at")),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="decided at")),
                ("votes_for", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="for")),
                ("votes_against", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="against")),
                (
                    "abstentions",
                    models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="abstentions"),
                ),
                (
                    "rating",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agenda_items",
                        to="evaluations.rating",
                        verbose_name="project in the round",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="communities.region",
                        verbose_name="region",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="evaluations.evaluationmeeting",
                        verbose_name="evaluation meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "agenda item",
                "verbose_name_plural": "agenda",
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["waiting", "presenting", "voting"])),
                        fields=("rating",),
                        name="on_one_agenda_at_a_time",
                        violation_error_message="This project is already on an agenda.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["waiting", "presenting", "postponed"]),
                            models.Q(
                                ("voting_at__isnull", False),
                                models.Q(("grade", ""), _negated=True),
                                models.Q(("input_hash", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_vote_is_on_a_grade",
                        violation_error_message="A vote is on a grade that has been computed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["confirmed", "rejected"]), _negated=True),
                            models.Q(
                                ("abstentions__isnull", False),
                                ("decided_at__isnull", False),
                                ("votes_against__isnull", False),
                                ("votes_for__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_decision_counts_votes",
                        violation_error_message="A decision counts the votes that were given.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingSeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("present_at", models.DateTimeField(blank=True, null=True, verbose_name="came at")),
                ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="left at")),
                ("excuse", models.CharField(blank=True, max_length=200, verbose_name="excused because")),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="evaluations.evaluationmeeting",
                        verbose_name="evaluation meeting",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="evaluations.committeemember",
                        verbose_name="committee member",
                    ),
                ),
            ],
            options={
                "verbose_name": "seat in a meeting",
                "verbose_name_plural": "seats in meetings",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("meeting", "member"),
                        name="one_seat_a_member",
                        violation_error_message="This member already sits in the meeting.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at", None),
                            models.Q(("left_at__gte", models.F("present_at")), ("present_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="who_leaves_was_there",
                        violation_error_message="Only somebody who came can leave.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GradeVote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "choice",
                    models.CharField(
                        choices=[("for", "for"), ("against", "against"), ("abstain", "abstain")],
                        max_length=8,
                        verbose_name="vote",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="votes",
                        to="evaluations.agendaitem",
                        verbose_name="agenda item",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="votes",
                        to="evaluations.meetingseat",
                        verbose_name="seat in a meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "vote on a grade",
                "verbose_name_plural": "votes on grades",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "seat"),
                        name="one_vote_a_member",
                        violation_error_message="You have already voted on this project.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("choice__in", ["for", "against", "abstain"])),
                        name="a_vote_is_for_against_or_neither",
                        violation_error_message="A vote is for, against or an abstention.",
                    ),
                ],
            },
        ),
        *LAWS,
    ]
