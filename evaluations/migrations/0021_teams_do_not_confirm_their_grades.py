"""Who speaks for a team or works in it does not vote on the grades of its projects, as who is recused."""

from django.db import migrations

from communities.triggers import trigger

# A member of a team is known by the account or by the phone.
OWN_TEAM = (
    "EXISTS (SELECT 1 FROM evaluations_meetingseat s JOIN evaluations_committeemember m ON m.id = s.member_id"
    " JOIN communities_user u ON u.id = m.user_id JOIN evaluations_agendaitem i ON i.id = NEW.item_id"
    " JOIN evaluations_rating g ON g.id = i.rating_id JOIN projects_project p ON p.id = g.project_id"
    " WHERE s.id = NEW.seat_id AND ("
    "EXISTS (SELECT 1 FROM teams_teamcontact c WHERE c.team_id = p.team_id AND c.user_id = u.id)"
    " OR EXISTS (SELECT 1 FROM teams_teammember t WHERE t.team_id = p.team_id AND t.left_on IS NULL"
    " AND (t.user_id = u.id OR (t.phone_index <> '' AND t.phone_index = u.phone_index)))))"
)


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0020_withdrawn_grades_carry_nothing"), ("teams", "0003_members")]

    operations = [
        trigger(
            "evaluations_vote_own_team",
            table="evaluations_gradevote",
            postgres=("BEFORE INSERT", f"IF {OWN_TEAM} THEN {{refuse}} END IF; RETURN NEW;"),
            sqlite=[f"BEFORE INSERT ON evaluations_gradevote WHEN {OWN_TEAM}"],
            code="voter_recused",
        ),
    ]
