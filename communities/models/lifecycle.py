"""How things live: statuses, the moves between them, and the one function that moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .record import BATCH, StatusChange, record, record_all
from .refusals import Refused
from .regions import Region

if TYPE_CHECKING:
    from .users import User


class StatusField(models.CharField):
    """A status that knows its words: the choices are the Status of the model that inherits the field.

    They stay out of the migrations, which words do not concern.
    """

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        if hasattr(cls, "Status"):
            self.choices = cls.Status.choices
        super().contribute_to_class(cls, name, private_only=private_only)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        return name, "django.db.models.CharField", args, kwargs


class Lifecycle(models.Model):
    """Something in a region whose status moves only along MOVES, each move recorded.

    Subclasses give `Status` (TextChoices, the first is where it begins), `MOVES` (from → to) and `NEED_REASON`
    (statuses that hurt somebody). `audience` says who is told.
    """

    Status: ClassVar[type[models.TextChoices]]
    MOVES: ClassVar[Mapping[str, Set[str]]]
    NEED_REASON: ClassVar[Set[str]] = frozenset()

    region = models.ForeignKey(Region, models.PROTECT, related_name="%(class)ss", verbose_name=gettext_lazy("region"))
    status = StatusField(gettext_lazy("status"), max_length=16, db_index=True, editable=False)

    class Meta:
        abstract = True

    def begin(self, *, by: User, reason: str = "") -> None:
        """Save a new thing in its first status (or the one it was given) and record that it began."""
        with transaction.atomic():
            self.status = self.status or next(iter(self.Status)).value
            self.save(force_insert=True)
            record(self, region=self.region, new=self.status, by=by, reason=reason)

    @classmethod
    def begin_all(cls, things: Sequence[Self], *, by: User, reason: str = "") -> None:
        """Save many new things in their first status as `begin` does one, in a few statements whatever their number."""
        first = next(iter(cls.Status)).value
        for thing in things:
            thing.status = first
        with transaction.atomic():
            cls._default_manager.bulk_create(things, batch_size=BATCH)
            record_all([(thing, "") for thing in things], by=by, new=first, reason=reason)

    def locked(self) -> Self:
        """This row as it is now, taken until the transaction ends; what was changed here in memory stays as it is."""
        now_is: Self = type(self)._default_manager.select_for_update().get(pk=self.pk)
        return now_is

    def take(self) -> None:
        """Take this row until the transaction ends, and see it as it is now."""
        self.refresh_from_db(from_queryset=type(self)._default_manager.select_for_update())

    def move(self, to: str, *, by: User, reason: str = "", **fields: object) -> StatusChange:
        """Lock the row, change its status (and these fields with it), record who, when and why.

        Raises Refused when the move is not declared or a reason is missing.
        """
        with transaction.atomic():
            rows = type(self)._default_manager.select_for_update()
            old = rows.values_list("status", flat=True).get(pk=self.pk)
            self.check_move(old, to, reason)
            self.status = to
            for name, value in fields.items():
                setattr(self, name, value)
            self.save(update_fields=["status", *fields])
            return record(self, region=self.region, old=old, new=to, by=by, reason=reason)

    def check_move(self, old: str, to: str, reason: str) -> None:
        """Refuse a move from this status that is not declared, or for which a reason is missing."""
        if to not in self.MOVES.get(old, frozenset()):
            labels = dict(self.Status.choices)
            raise Refused(
                _("“%(thing)s” is %(old)s; it cannot become %(new)s.")
                % {"thing": self, "old": labels.get(old, old), "new": labels.get(to, to)},
                code="wrong_status",
            )
        if to in self.NEED_REASON and not reason.strip():
            raise Refused(_("Please give a reason."), code="reason_needed")

    @classmethod
    def move_all(
        cls, things: Sequence[Self], to: str, *, by: User, reason: str = "", own: Sequence[str] = (), **fields: object
    ) -> None:
        """Move many as `move` does one: all of them, or none. `own` names fields that each has by now as it should be.

        A few statements whatever their number, or, where each has something of its own, one for each besides.
        """
        with transaction.atomic():
            rows = cls._default_manager.filter(pk__in=[thing.pk for thing in things])
            held = rows.select_for_update(of=("self",)).order_by("pk")
            old: dict[int, str] = dict(held.values_list("pk", "status"))
            for thing in things:
                thing.check_move(old[thing.pk], to, reason)
            same = {"status": to, **fields}
            if not own:
                rows.update(**same)
            for thing in things:
                for name, value in same.items():
                    setattr(thing, name, value)
                if own:
                    thing.save(update_fields=[*same, *own])
            record_all([(thing, old[thing.pk]) for thing in things], by=by, new=to, reason=reason)

    def can_move(self, to: str) -> bool:
        """Whether the status allows this move now (not whether a person may make it)."""
        return to in self.MOVES.get(self.status, frozenset())

    def last_change(self) -> StatusChange | None:
        """The latest entry of its record."""
        return StatusChange.objects.about(self).last()

    def audience(self, change: StatusChange) -> Iterable[User]:
        """Who is told of a change: nobody, unless a noun says otherwise."""
        return ()

    def concerns_others(self, change: StatusChange) -> bool:
        """Whether anybody but who made the change may be told of it; if not, nobody looks for whom."""
        return type(self).audience is not Lifecycle.audience

    def notice_url(self) -> str:
        """Where a notice about this leads."""
        return self.get_absolute_url() if hasattr(self, "get_absolute_url") else ""
