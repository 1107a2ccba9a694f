"""What was taken over and what was served do not come to more hours than the days have."""

from importlib import import_module

from django.db import migrations

from communities.triggers import trigger

IN_LINE = import_module("volunteers.migrations.0005_profiles_and_activities").IN_LINE

# The day (in China) of a moment; a stay that ends at midnight ends on the day before.
BEGINS = {"postgresql": "({} AT TIME ZONE 'Asia/Shanghai')::date", "sqlite": "date({}, '+8 hours')"}
ENDS = {
    "postgresql": "(({} - interval '1 second') AT TIME ZONE 'Asia/Shanghai')::date",
    "sqlite": "date({}, '+8 hours', '-1 second')",
}
DAYS = {"postgresql": "t.ends - t.begins + 1", "sqlite": "julianday(t.ends) - julianday(t.begins) + 1"}
FORMER = """SELECT first_on, last_on, minutes FROM volunteers_formerhours
    WHERE volunteer_id = NEW.volunteer_id AND undone_at IS NULL"""
STAYS = """SELECT {begins} AS first_on, {ends} AS last_on, minutes FROM volunteers_attendance
    WHERE volunteer_id = NEW.volunteer_id AND minutes IS NOT NULL AND ended_at IS NOT NULL AND {counts}"""
# Of every stretch of days that begins with a former record and holds the new one: all that lies wholly within it.
# Stays alone never fill more than their days, as they do not overlap; so it is enough to begin where records do.
TOO_MUCH = """EXISTS (
    SELECT 1 FROM (
        SELECT b.first_on AS begins, i.last_on AS ends,
            SUM(i.minutes) OVER (PARTITION BY b.first_on ORDER BY i.last_on) AS minutes
        FROM (SELECT DISTINCT first_on FROM ({records}) r WHERE first_on <= {first}) b
        JOIN ({records} UNION ALL {others}) i ON i.first_on >= b.first_on
    ) t WHERE t.ends >= {last} AND t.minutes > ({days}) * 1440
)"""


def record_too_much(vendor):
    """A record that is taken over, beside all stays but those that were not accepted."""
    stays = STAYS.format(
        begins=BEGINS[vendor].format("started_at"), ends=ENDS[vendor].format("ended_at"), counts="status <> 'rejected'"
    )
    records = f"{FORMER} UNION ALL SELECT NEW.first_on, NEW.last_on, NEW.minutes"
    return TOO_MUCH.format(
        records=records, others=stays, first="NEW.first_on", last="NEW.last_on", days=DAYS[vendor]
    )


def service_too_much(vendor):
    """Hours that are confirmed, beside others that are; nobody's check-out fails by what was taken over."""
    first, last = BEGINS[vendor].format("NEW.started_at"), ENDS[vendor].format("NEW.ended_at")
    stays = STAYS.format(
        begins=BEGINS[vendor].format("started_at"),
        ends=ENDS[vendor].format("ended_at"),
        counts="status = 'confirmed' AND id <> NEW.id",
    )
    others = f"{stays} UNION ALL SELECT {first}, {last}, NEW.minutes"
    broken = TOO_MUCH.format(records=FORMER, others=others, first=first, last=last, days=DAYS[vendor])
    return f"NEW.status = 'confirmed' AND {broken}"


def within_days(name, *, table, events, broken):
    """Two who write at once, one a record and one a stay, wait for each other at the person's row."""
    return trigger(
        name,
        table=table,
        postgres=(
            f"BEFORE {' OR '.join(events)}",
            f"{IN_LINE} IF {broken('postgresql')} THEN {{refuse}} END IF; RETURN NEW;",
        ),
        sqlite=[f"BEFORE {event} ON {table} WHEN {broken('sqlite')}" for event in events],
        code=name,
    )


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0011_partner_prices")]

    operations = [
        within_days(
            "former_hours_exceed_the_day",
            table="volunteers_formerhours",
            events=["INSERT"],
            broken=record_too_much,
        ),
        within_days(
            "service_exceeds_the_day",
            table="volunteers_attendance",
            events=["INSERT", "UPDATE"],
            broken=service_too_much,
        ),
    ]
