"""What no code may break: the rule stays as announced, the roll and the order are frozen, ballots come only while
the poll is open, and what was counted is sealed."""

from django.db import migrations

from communities.triggers import append_only, trigger

RULE = [
    *("roadshow_id", "region_id", "runoff_of_id", "electorate", "seats_per_grid", "ballot_type", "max_choices"),
    *("winner_rule", "winners", "places", "share", "budget", "minimum_support", "expert_weight"),
    *("quorum", "quorum_counts", "tie_rule", "may_replace", "opens_at"),
]
COUNTED = ["seal", "present", "voted", "ballots", "expert_ballots", "spoiled", "closed_at"]
FIGURES = ["poll_id", "project_id", "votes", "expert_votes", "support", "rank"]


def law(table, verbs, broken, code, *, lock=False):
    """One trigger for each verb; `broken` says, for OLD and NEW, when the law is broken, in SQL of both databases."""
    return [
        trigger(
            f"{table}_{code}_{verb.lower()}",
            table=table,
            postgres=(f"BEFORE {verb}", _body(verb, broken, lock)),
            sqlite=[f"BEFORE {verb} ON {table} WHEN {broken.format(row='OLD' if verb == 'DELETE' else 'NEW')}"],
            code=code,
        )
        for verb in verbs.split()
    ]


def _body(verb, broken, lock):
    row = "OLD" if verb == "DELETE" else "NEW"
    # A ballot waits for a closing in progress and then sees that the poll is closed.
    share = f"PERFORM 1 FROM projects_poll WHERE id = {row}.poll_id FOR SHARE;" if lock else ""
    return f"{share} IF {broken.format(row=row)} THEN {{refuse}} END IF; RETURN {row};"


def changed(*columns):
    return "(" + " OR ".join(f"(NEW.{name} <> OLD.{name} OR (NEW.{name} IS NULL) <> (OLD.{name} IS NULL))" for name in columns) + ")"


def poll_in(*statuses, lookup="id = {row}.poll_id"):
    listed = ", ".join(f"'{status}'" for status in statuses)
    return f"EXISTS (SELECT 1 FROM projects_poll p WHERE p.{lookup} AND p.status IN ({listed}))"


NOT_OPEN = f"NOT {poll_in('open')}"
NOT_ENTITLED = (
    "NOT EXISTS (SELECT 1 FROM projects_voterrollentry e"
    " WHERE e.id = NEW.entry_id AND e.poll_id = NEW.poll_id AND e.struck = '')"
)
EXTENDS = "OLD.status = 'open' AND OLD.extended_from IS NULL AND NEW.extended_from = OLD.closes_at AND NEW.closes_at > OLD.closes_at"
ALWAYS = "1 = 1"
FULL_SCORE = 10


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_laws")]

    operations = [
        *law("projects_poll", "UPDATE", f"OLD.status <> 'draft' AND {changed(*RULE)}", "poll_rule_fixed"),
        *law(
            "projects_poll",
            "UPDATE",
            f"OLD.status <> 'draft' AND {changed('closes_at', 'extended_from')} AND NOT COALESCE({EXTENDS}, 1 = 0)",
            "poll_extended_once",
        ),
        *law(
            "projects_poll",
            "UPDATE",
            "(OLD.status IN ('closed', 'tied', 'settled', 'failed') AND NEW.status IN ('draft', 'announced', 'open', 'counting', 'cancelled'))"
            " OR (OLD.status = 'counting' AND NEW.status IN ('draft', 'announced', 'open'))"
            f" OR (OLD.seal <> '' AND {changed(*COUNTED)}) OR (OLD.lot_seed <> '' AND {changed('lot_seed')})"
            f" OR (OLD.roll_size IS NOT NULL AND {changed('roll_size', 'expert_roll', 'opened_at')})",
            "poll_sealed",
        ),
        *law("projects_roadshowentry", "INSERT UPDATE DELETE", poll_in("open", "counting", "closed", "tied", "settled", lookup="roadshow_id = {row}.roadshow_id"), "order_fixed"),
        *law("projects_polloption", "INSERT", f"NOT {poll_in('draft', 'announced')}", "options_fixed"),
        *law("projects_polloption", "UPDATE DELETE", ALWAYS, "options_fixed"),
        *law("projects_voterrollentry", "INSERT", f"NOT {poll_in('draft', 'announced')}", "roll_frozen"),
        *law(
            "projects_voterrollentry",
            "UPDATE",
            f"{changed('poll_id', 'resident_id', 'voice', 'stands_for_id', 'struck')} OR (OLD.user_id IS NOT NULL AND {changed('user_id')})",
            "roll_frozen",
        ),
        *law("projects_voterrollentry", "DELETE", ALWAYS, "roll_frozen"),
        *law("projects_turnout", "INSERT", f"{NOT_OPEN} OR {NOT_ENTITLED}", "poll_not_open", lock=True),
        *law("projects_turnout", "DELETE", NOT_OPEN, "poll_not_open"),
        *law(
            "projects_turnout",
            "UPDATE",
            f"{changed('entry_id', 'poll_id', 'channel')} OR NEW.replaced <> OLD.replaced + 1 OR OLD.channel = 'paper'"
            " OR NOT EXISTS (SELECT 1 FROM projects_poll p WHERE p.id = NEW.poll_id AND p.status = 'open' AND p.may_replace)",
            "poll_not_open",
        ),
        *law("projects_ballot", "INSERT DELETE", f"NOT {poll_in('open', 'counting')}", "poll_not_open", lock=True),
        *law("projects_ballot", "UPDATE", ALWAYS, "poll_not_open"),
        trigger(
            "projects_ballot_points",
            table="projects_ballot",
            postgres=(
                "BEFORE INSERT",
                f"""IF cardinality(NEW.points) > 0 AND (cardinality(NEW.points) <> cardinality(NEW.choices)
                    OR EXISTS (SELECT 1 FROM unnest(NEW.points) AS p WHERE p NOT BETWEEN 1 AND {FULL_SCORE}))
                THEN {{refuse}} END IF; RETURN NEW;""",
            ),
            sqlite=[
                f"""BEFORE INSERT ON projects_ballot WHEN json_array_length(NEW.points) > 0
                AND (json_array_length(NEW.points) <> json_array_length(NEW.choices)
                OR EXISTS (SELECT 1 FROM json_each(NEW.points) WHERE value NOT BETWEEN 1 AND {FULL_SCORE}))"""
            ],
            code="points_out_of_range",
        ),
        *law("projects_pollresult", "INSERT", f"NOT {poll_in('closed')}", "poll_not_counting"),
        *law(
            "projects_pollresult",
            "UPDATE",
            f"{changed(*FIGURES)} OR NOT (OLD.outcome IN ('tied', 'waiting')"
            " OR (OLD.outcome = 'shortlisted' AND NEW.outcome = 'withdrawn')"
            " OR (OLD.outcome = 'not_chosen' AND NEW.outcome IN ('shortlisted', 'tied', 'waiting')))",
            "poll_not_counting",
        ),
        *law("projects_pollresult", "DELETE", ALWAYS, "poll_not_counting"),
        *(
            step
            for table in ("projects_substitution", "projects_listedvoter", "projects_expert")
            for step in law(table, "INSERT UPDATE DELETE", f"NOT {poll_in('draft', 'announced')}", "electorate_frozen")
        ),
        append_only("projects_paperentry"),
        *law(
            "projects_paperentry",
            "INSERT",
            "NOT EXISTS (SELECT 1 FROM projects_papersheet s JOIN projects_poll p ON p.id = s.poll_id"
            " WHERE s.id = NEW.sheet_id AND s.set_aside = '' AND p.status = 'counting')",
            "not_counting",
        ),
        *law("projects_papersheet", "UPDATE", f"{changed('poll_id', 'code')} OR OLD.set_aside <> ''", "sheet_set_aside"),
        *law("projects_papersheet", "DELETE", ALWAYS, "sheet_set_aside"),
    ]
