import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from communities.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0003_poll_laws"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Presentation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("speaking", "presents"),
                            ("questions", "answers questions"),
                            ("over", "nobody presents"),
                        ],
                        max_length=9,
                        verbose_name="phase",
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="started at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="presentations",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "roadshow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="presentations",
                        to="projects.roadshow",
                        verbose_name="roadshow",
                    ),
                ),
            ],
            options={
                "verbose_name": "what is presented",
                "verbose_name_plural": "what was presented",
                "ordering": ["roadshow", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("phase", "over"), ("project", None)),
                            models.Q(models.Q(("phase", "over"), _negated=True), ("project__isnull", False)),
                            _connector="OR",
                        ),
                        name="presentation_is_of_a_project",
                        violation_error_message="Please say which project is presented.",
                    )
                ],
            },
        ),
        append_only("projects_presentation"),
        migrations.AlterField(
            model_name="turnout",
            name="channel",
            field=models.CharField(
                choices=[("phone", "own phone"), ("slip", "voting slip"), ("kiosk", "kiosk"), ("paper", "paper")],
                default="phone",
                max_length=8,
                verbose_name="channel",
            ),
        ),
    ]
