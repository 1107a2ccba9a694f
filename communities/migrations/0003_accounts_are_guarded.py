from django.db import migrations

from communities.triggers import append_only, trigger


class Migration(migrations.Migration):
    dependencies = [("communities", "0002_record_is_append_only")]

    operations = [
        append_only("communities_auditevent"),
        append_only("communities_reveal"),
        # A consent is withdrawn once; nothing else about it ever changes.
        trigger(
            "communities_consent_only_withdrawn",
            table="communities_consent",
            postgres=(
                "BEFORE UPDATE OR DELETE",
                """
                IF TG_OP = 'DELETE' THEN {refuse} END IF;
                IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
                   OR (OLD.user_id, OLD.kind, OLD.version, OLD.given_at)
                      IS DISTINCT FROM (NEW.user_id, NEW.kind, NEW.version, NEW.given_at)
                THEN {refuse} END IF;
                RETURN NEW;
                """,
            ),
            sqlite=[
                "BEFORE DELETE ON communities_consent",
                """BEFORE UPDATE ON communities_consent
                WHEN OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
                  OR OLD.user_id IS NOT NEW.user_id OR OLD.kind IS NOT NEW.kind
                  OR OLD.version IS NOT NEW.version OR OLD.given_at IS NOT NEW.given_at""",
            ],
            code="append_only",
        ),
        # A code that was used or replaced stays so.
        trigger(
            "communities_phonecode_stays_closed",
            table="communities_phonecode",
            postgres=(
                "BEFORE UPDATE",
                """
                IF OLD.closed_at IS NOT NULL AND NEW.closed_at IS NULL OR NEW.tries < OLD.tries
                   OR NEW.code_hash <> OLD.code_hash
                THEN {refuse} END IF;
                RETURN NEW;
                """,
            ),
            sqlite=[
                """BEFORE UPDATE ON communities_phonecode
                WHEN OLD.closed_at IS NOT NULL AND NEW.closed_at IS NULL OR NEW.tries < OLD.tries
                  OR NEW.code_hash <> OLD.code_hash"""
            ],
            code="code_closed",
        ),
    ]
