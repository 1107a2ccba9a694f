"""兑换, in one statement: on PostgreSQL, everything that a redemption reads and writes goes in a single round trip.

It does what `services.redemptions` does step by step, for the usual case: an active volunteer near enough, a reward
that is offered, without limits, classes or a validity of its vouchers' own, and not reserved by them; points without a
last day. Whoever comes to nothing here goes the long way, which also knows the words of the refusal. A test holds both
ways to the same rows.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection

if TYPE_CHECKING:
    from .redemptions import Redemption

# Rows are found by their key alone, so that the plan is the same however long the tables have grown since it was made;
# and each by itself (OFFSET 0), as the planner counts on as many rows of a join as there are accounts.
REDEEM = """
WITH fit AS (
    SELECT r.id AS reward, r.region_id, r.title, r.title_en, r.stock, r.points, r.valid_until, v.id AS volunteer,
        v.user_id, a.id AS account, p.id AS partner
    FROM volunteers_reward r
    JOIN volunteers_partner s ON s.id = r.partner_id AND s.status = 'active'
    CROSS JOIN LATERAL (
        SELECT id, user_id, region_id FROM volunteers_volunteer WHERE id = %s AND status = 'active' OFFSET 0) v
    CROSS JOIN LATERAL (SELECT id FROM volunteers_account WHERE volunteer_id = v.id OFFSET 0) a
    CROSS JOIN LATERAL (SELECT id FROM volunteers_account WHERE partner_id = r.partner_id OFFSET 0) p
    WHERE r.id = %s AND r.status = 'offered'
    AND COALESCE(r.limit_per_person, r.limit_per_month, r.days_valid, r.lesson_minutes) IS NULL
    AND (r.hold_hours IS NULL OR NOT EXISTS (
        SELECT 1 FROM volunteers_reservation WHERE volunteer_id = v.id AND reward_id = r.id AND status = 'held'))
    AND r.points = %s AND r.valid_until = %s AND r.valid_until >= %s
    AND starts_with((SELECT code FROM communities_region WHERE id = v.region_id),
                    (SELECT code FROM communities_region WHERE id = r.region_id))
), paid AS (
    UPDATE volunteers_account SET balance = balance - %s, sequence = sequence + 1
    WHERE id = (SELECT account FROM fit) AND balance >= %s AND COALESCE(expiring, 0) = 0
    RETURNING balance, sequence
), piece AS (
    UPDATE volunteers_reward SET stock = stock - 1
    WHERE id = (SELECT reward FROM fit, paid) AND stock >= 1
    RETURNING id
), entries AS (
    INSERT INTO volunteers_pointentry (journal_id, account_id, amount, sequence, balance_after)
    SELECT %s::uuid, account, -points, paid.sequence, paid.balance FROM fit, paid
    UNION ALL SELECT %s::uuid, partner, points, NULL, NULL FROM fit, paid
    RETURNING id
), journal AS (
    INSERT INTO volunteers_journal
        (id, kind, region_id, reason, reason_en, source, key, fingerprint, reverses_id, actor_id, at)
    SELECT %s::uuid, 'redeem', region_id, title, title_en, 'reward ' || reward, 'redeem:' || volunteer || ':' || %s,
        encode(sha256(convert_to(format('["redeem", "reward %%s", "", [[%%s, %%s], [%%s, %%s]]]', reward,
            least(account, partner), CASE WHEN account < partner THEN -points ELSE points END,
            greatest(account, partner), CASE WHEN account < partner THEN points ELSE -points END), 'UTF8')), 'hex'),
        NULL, %s::bigint, %s::timestamptz
    FROM fit WHERE (SELECT count(*) FROM entries) = 2 AND (stock IS NULL OR EXISTS (SELECT 1 FROM piece))
    RETURNING id, actor_id, at
), voucher AS (
    INSERT INTO volunteers_redemption
        (region_id, status, volunteer_id, reward_id, points, code, key, valid_until, redeemed_at, journal_id)
    SELECT region_id, 'issued', volunteer, reward, points, %s, %s, valid_until, at, journal.id FROM fit, journal
    RETURNING id, region_id
), change AS (
    INSERT INTO communities_statuschange (content_type_id, object_id, region_id, old, new, actor_id, reason, at)
    SELECT %s::int, voucher.id, voucher.region_id, '', 'issued', actor_id, '', now() FROM voucher, journal
    RETURNING id, actor_id
), told AS (
    INSERT INTO communities_untold (change_id, tries, error)
    SELECT change.id, 0, '' FROM change, fit WHERE change.actor_id <> fit.user_id
)
SELECT id, 1 / (SELECT count(*) FROM change) FROM paid LEFT JOIN voucher ON true
"""


def redeem_at_once(redemption: Redemption, *, by: int, today: date, at: datetime) -> int | None:
    """Write a redemption with its journal, stock and record; its number, or None where the long way must be gone.

    All of it is written or nothing: where the points were taken and the last piece was gone meanwhile, the statement
    divides by zero and PostgreSQL takes it back, with no transaction around it that would hold the account for two
    round trips more. Raises DataError then, and IntegrityError where the key is used at this very moment.
    """
    database: Any = connection
    thing = ContentType.objects.get_for_model(type(redemption))
    reward = redemption.reward
    points, journal = reward.points, redemption.journal_id
    values = [redemption.volunteer_id, reward.pk, points, reward.valid_until, today, points, points]
    values += [journal, journal, journal, redemption.key, by, at, redemption.code, redemption.key, thing.pk]
    row = database.fetch_prepared(REDEEM, values)
    return int(row[0]) if row else None
