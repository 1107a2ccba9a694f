"""What the database itself holds about accounts, on PostgreSQL and SQLite alike."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from communities.models import AuditEvent, Consent, PhoneCode, Refused, Reveal
from config.celery import app
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("make", [factories.AuditEventFactory, factories.RevealFactory, factories.ConsentFactory])
@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_trace_is_neither_changed_nor_deleted(make, change):
    trace = make()
    rows = type(trace).objects.filter(pk=trace.pk)
    field = {AuditEvent: {"reason": "x"}, Reveal: {"purpose": "x"}, Consent: {"version": "x"}}[type(trace)]

    with pytest.raises(IntegrityError) as no, transaction.atomic():
        rows.update(**field) if change == "update" else rows.delete()

    assert Refused.from_database(no.value).code == "append_only"
    assert rows.get() == trace


def test_a_consent_is_withdrawn_once():
    consent = factories.ConsentFactory()
    rows = Consent.objects.filter(pk=consent.pk)
    moment = now()

    rows.update(withdrawn_at=moment)

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(withdrawn_at=moment + timedelta(days=1))
    assert rows.get().withdrawn_at == moment


def test_a_used_code_stays_used():
    code = factories.PhoneCodeFactory(closed_at=now())

    with pytest.raises(IntegrityError), transaction.atomic():
        PhoneCode.objects.filter(pk=code.pk).update(closed_at=None)


def test_a_code_lives_ten_minutes_at_most():
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        factories.PhoneCodeFactory(at=now(), expires_at=now() + timedelta(minutes=11))

    assert Refused.from_database(no.value).code == "a_code_lives_ten_minutes_at_most"


def test_a_phone_has_one_open_code():
    first = factories.PhoneCodeFactory()

    with pytest.raises(IntegrityError) as no, transaction.atomic():
        factories.PhoneCodeFactory(phone_index=first.phone_index)

    assert Refused.from_database(no.value).code == "one_open_code_per_phone"


def test_a_reveal_has_a_purpose():
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        factories.RevealFactory(purpose="")

    assert Refused.from_database(no.value).code == "a_reveal_has_a_purpose"


def test_nothing_that_runs_by_the_clock_thins_the_traces_out(time_machine):
    """The audit is kept for good, and so for longer than the six months that the law asks for."""
    traces = [factories.AuditEventFactory(), factories.RevealFactory(), factories.StatusChangeFactory()]
    app.loader.import_default_modules()
    before = [type(trace).objects.filter(pk=trace.pk).values().get() for trace in traces]

    for months in (1, 7, 36):
        time_machine.move_to(now() + timedelta(days=31 * months))
        for entry in app.conf.beat_schedule.values():
            app.tasks[entry["task"]]()

    assert [type(trace).objects.filter(pk=trace.pk).values().get() for trace in traces] == before
