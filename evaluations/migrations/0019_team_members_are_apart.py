"""Who works in a team neither scores its projects nor looks into its appeals, as who speaks for it."""

from django.db import migrations

from communities.triggers import trigger

# A member of a team is known by the account or by the phone.
WORKS = (
    "EXISTS (SELECT 1 FROM teams_teammember t JOIN projects_project p ON p.team_id = t.team_id"
    " JOIN evaluations_rating g ON g.project_id = p.id"
    " JOIN evaluations_committeemember m ON m.id = NEW.member_id JOIN communities_user u ON u.id = m.user_id"
    " WHERE g.id = {rating} AND t.left_on IS NULL"
    " AND (t.user_id = u.id OR (t.phone_index <> '' AND t.phone_index = u.phone_index)))"
)
SCORES = f"NEW.status = 'submitted' AND {WORKS.format(rating='NEW.rating_id')}"
REVIEWS = WORKS.format(rating="(SELECT a.rating_id FROM evaluations_appeal a WHERE a.id = NEW.appeal_id)")


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0018_visits_arrive_once"), ("teams", "0003_members")]

    operations = [
        trigger(
            "evaluations_sheet_own_team",
            table="evaluations_scoresheet",
            postgres=("BEFORE INSERT OR UPDATE", f"IF {SCORES} THEN {{refuse}} END IF; RETURN NEW;"),
            sqlite=[f"BEFORE {verb} ON evaluations_scoresheet WHEN {SCORES}" for verb in ("INSERT", "UPDATE")],
            code="own_project",
        ),
        trigger(
            "evaluations_reviewer_own_team",
            table="evaluations_reviewer",
            postgres=("BEFORE INSERT", f"IF {REVIEWS} THEN {{refuse}} END IF; RETURN NEW;"),
            sqlite=[f"BEFORE INSERT ON evaluations_reviewer WHEN {REVIEWS}"],
            code="challenged",
        ),
    ]
