"""Changes and photos of a device arrive once; photos are sealed with their sheet."""

import django.db.models.deletion
from django.db import migrations, models

from communities.triggers import append_only, trigger

SEALED = "EXISTS (SELECT 1 FROM evaluations_scoresheet s WHERE s.id = NEW.sheet_id AND s.status = 'submitted')"
RECUSED = (
    "EXISTS (SELECT 1 FROM evaluations_scoresheet s JOIN evaluations_committeemember m ON m.id = s.member_id"
    " JOIN evaluations_rating g ON g.id = s.rating_id"
    " JOIN evaluations_recusal r ON r.user_id = m.user_id AND r.project_id = g.project_id WHERE s.id = NEW.sheet_id)"
)
FITS = (
    "EXISTS (SELECT 1 FROM evaluations_indicator i, evaluations_scoresheet s"
    " JOIN evaluations_rating g ON g.id = s.rating_id JOIN evaluations_evaluationround e ON e.id = g.round_id"
    " WHERE i.id = NEW.indicator_id AND s.id = NEW.sheet_id AND i.scheme_id = e.scheme_id AND i.full IS NOT NULL)"
)
# The one thing that happens to a photo: that it is taken back.
TAKEN_BACK = (
    "OLD.removed_at IS NULL AND NEW.removed_at IS NOT NULL AND NEW.sheet_id = OLD.sheet_id"
    " AND NEW.indicator_id = OLD.indicator_id AND NEW.key = OLD.key AND NEW.at = OLD.at"
)


def photos(name: str, verbs: list[str], condition: str, code: str):
    """Rows of photos that meet the condition are neither added nor, where so named, changed."""
    return trigger(
        name,
        table="evaluations_markphoto",
        postgres=(f"BEFORE {' OR '.join(verbs)}", f"IF {condition} THEN {{refuse}} END IF; RETURN NEW;"),
        sqlite=[f"BEFORE {verb} ON evaluations_markphoto WHEN {condition}" for verb in verbs],
        code=code,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0009_people_are_forgotten'),
        ("evaluations", "0012_gates"),
    ]

    operations = [
        migrations.AddField(
            model_name='mark',
            name='change',
            field=models.UUIDField(editable=False, null=True, verbose_name='key of its last change'),
        ),
        migrations.CreateModel(
            name='MarkChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(verbose_name='key of the device')),
                ('value', models.DecimalField(decimal_places=2, max_digits=7, null=True, verbose_name='mark')),
                ('note', models.TextField(blank=True, max_length=1000, verbose_name='evidence or reason')),
                ('typed_at', models.DateTimeField(null=True, verbose_name='typed at, by the clock of the device')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evaluations.indicator')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='evaluations.scoresheet', verbose_name='score sheet')),
            ],
            options={
                'verbose_name': 'change of a mark',
                'verbose_name_plural': 'changes of marks',
                'constraints': [models.UniqueConstraint(fields=('sheet', 'key'), name='each_change_once', violation_error_message='This change was already taken.')],
            },
        ),
        migrations.CreateModel(
            name='MarkPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(verbose_name='key of the device')),
                ('latitude', models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True, verbose_name='latitude')),
                ('longitude', models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True, verbose_name='longitude')),
                ('taken_at', models.DateTimeField(blank=True, null=True, verbose_name='taken at, by the clock of the device')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('removed_at', models.DateTimeField(editable=False, null=True, verbose_name='taken back at')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='evaluations.indicator', verbose_name='indicator')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='evaluations.scoresheet', verbose_name='score sheet')),
                ('upload', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mark_photos', to='communities.upload', verbose_name='photo')),
            ],
            options={
                'verbose_name': 'photo as evidence',
                'verbose_name_plural': 'photos as evidence',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('sheet', 'key'), name='each_photo_once', violation_error_message='This photo was already taken in.'), models.CheckConstraint(condition=models.Q(models.Q(('removed_at__isnull', False), ('upload', None)), models.Q(('removed_at', None), ('upload__isnull', False)), _connector='OR'), name='photo_is_kept_or_taken_back', violation_error_message='A photo is there until it is taken back.'), models.CheckConstraint(condition=models.Q(models.Q(('latitude', None), ('longitude', None)), models.Q(('latitude__gte', -90), ('latitude__isnull', False), ('latitude__lte', 90), ('longitude__gte', -180), ('longitude__isnull', False), ('longitude__lte', 180)), _connector='OR'), name='photo_place_is_on_earth', violation_error_message='A place has a latitude up to 90 and a longitude up to 180 degrees.')],
            },
        ),
        append_only("evaluations_markchange"),
        photos("evaluations_photos_sealed", ["INSERT", "UPDATE"], SEALED, "sheet_is_sealed"),
        photos("evaluations_photo_recused", ["INSERT"], RECUSED, "recused"),
        photos("evaluations_photo_fits", ["INSERT"], f"NOT {FITS}", "photo_does_not_fit"),
        trigger(
            "evaluations_photo_stays",
            table="evaluations_markphoto",
            postgres=(
                "BEFORE UPDATE OR DELETE",
                f"IF TG_OP = 'DELETE' THEN {{refuse}} END IF; IF NOT ({TAKEN_BACK}) THEN {{refuse}} END IF; RETURN NEW;",
            ),
            sqlite=[
                "BEFORE DELETE ON evaluations_markphoto",
                f"BEFORE UPDATE ON evaluations_markphoto WHEN NOT ({TAKEN_BACK})",
            ],
            code="photo_stays",
        ),
    ]
