"""Requests that must not happen twice."""

from __future__ import annotations

from django.db import models


class KeptAnswer(models.Model):
    """The answer to a request that came with an Idempotency-Key: the same request again gets it again."""

    user = models.ForeignKey("communities.User", models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return self.key
