"""The worker, and what runs by the clock: every periodic task is in CELERY_BEAT_SCHEDULE below."""

import os

from celery import Celery

from config import file_queue, hearts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

file_queue.register()
app = Celery("xiaoxiang")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
hearts.listen()

MINUTE, HOUR = 60.0, 3600.0
# name → (task, seconds). Each task is safe to run twice and catches up after downtime.
app.conf.beat_schedule = {
    name: {"task": task, "schedule": seconds}
    for name, task, seconds in [
        ("forget unconfirmed rolls", "communities.tasks.expire_rolls", HOUR),
        ("forget old sign-ins", "communities.tasks.forget_sign_ins", HOUR),
        ("remove orphaned files", "communities.tasks.remove_orphans", 24 * HOUR),
        ("send the outbox", "communities.tasks.send_outbox", 10.0),
        ("open and close due polls", "projects.tasks.run_due_polls", 15.0),
        ("remind of polls that close soon", "projects.tasks.remind_of_polls", HOUR),
        ("open due rounds", "evaluations.tasks.open_due_rounds", 5 * MINUTE),
        ("close due rounds", "evaluations.tasks.close_due_rounds", 5 * MINUTE),
        ("remind of missing sheets", "evaluations.tasks.remind_of_missing_sheets", 10 * MINUTE),
        ("publish due rounds", "evaluations.tasks.publish_due_rounds", 5 * MINUTE),
        ("close due household surveys", "evaluations.tasks.close_due_surveys", 5 * MINUTE),
        ("forget words of old surveys", "evaluations.tasks.forget_survey_texts", 24 * HOUR),
        ("remind of appeals", "evaluations.tasks.remind_of_appeals", HOUR),
        ("draft due rounds", "evaluations.tasks.draft_due_rounds", HOUR),
        ("expire brand listings", "evaluations.tasks.expire_brand_listings", HOUR),
        ("make repeated activities", "volunteers.tasks.make_repeated_activities", HOUR),
        ("end activities", "volunteers.tasks.end_activities", 10 * MINUTE),
        ("remind of hours to record", "volunteers.tasks.remind_of_hours", HOUR),
        ("find odd patterns in attendance", "volunteers.tasks.find_oddities", 24 * HOUR),
        ("lapse vouchers", "volunteers.tasks.lapse_vouchers", HOUR),
        ("lapse reservations", "volunteers.tasks.lapse_reservations", 10 * MINUTE),
        ("expire points", "volunteers.tasks.expire_points", HOUR),
        ("award stars", "volunteers.tasks.award_stars", 24 * HOUR),
        ("forget unconfirmed former records", "volunteers.tasks.expire_former_imports", HOUR),
        ("check the points ledger", "volunteers.tasks.check_ledger", 24 * HOUR),
        ("end committee terms", "evaluations.tasks.end_committee_terms", HOUR),
        ("close calls that are due", "teams.tasks.close_due_calls", 5 * MINUTE),
        ("end public notices", "projects.tasks.end_notices", 5 * MINUTE),
        ("start and end agreements", "projects.tasks.roll_agreements", 5 * MINUTE),
        ("remind of ending agreements", "projects.tasks.remind_of_ending_agreements", HOUR),
    ]
}
