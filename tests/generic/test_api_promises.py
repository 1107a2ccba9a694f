"""What every resource of the API keeps: each action has a permission, each list filters, nothing happens twice."""

import pytest
from django_filters import FilterSet

from config.api import router

VIEWSETS = [pytest.param(viewset, id=name) for name, viewset, _basename in router.registry]
MAKES = {
    *(
        "create",
        "submit",
        "report",
        "object",
        "publish_notice",
        "draft_agreement",
        "sign_for_team",
        "sign_for_community",
    ),
    *("renew", "admit", "appoint", "publish", "sign_up", "confirm", "redeem", "accept", "restock"),
}
# What makes something without a key, and what keeps it from happening twice.
OF_ITSELF = {
    ("PhoneCodeViewSet", "create"): "one code a minute for one phone",
    ("SessionViewSet", "create"): "a code is used once; a password may sign in again",
    ("CalendarDayViewSet", "create"): "said again, the later word holds",
    ("KioskViewSet", "create"): "a name is taken once; a kept answer would keep the secret",
    ("MarkPhotoViewSet", "create"): "the device's key is taken once",
    ("OfflineUseViewSet", "create"): "the device's key is taken once",
    ("RevealViewSet", "create"): "each look is a record of its own",
    ("RollImportViewSet", "create"): "a preview, of which nothing is saved",
    ("FormerImportViewSet", "create"): "a preview, of which nothing is saved",
    ("SealViewSet", "create"): "the last one is in use",
    ("VolunteerViewSet", "create"): "a person is one volunteer",
    ("ActivityViewSet", "publish"): "a move",
    ("CallViewSet", "publish"): "a move",
    ("SurveyViewSet", "report"): "is read",
    ("SurveyAnswerViewSet", "create"): "a household answers once; a kept answer would say what",
    ("AdmissionViewSet", "submit"): "a move",
    ("KeptScanViewSet", "accept"): "a move",
    ("ProjectViewSet", "submit"): "a move",
    ("ProjectViewSet", "accept"): "a move",
    ("MilestoneReportViewSet", "confirm"): "a move",
    ("ResidentViewSet", "appoint"): "says how it is to be",
}


def actions_of(viewset):
    """Every action of a viewset, by name: those of the router and those of its own."""
    usual = [name for name in ("list", "retrieve", "create", "partial_update", "destroy") if hasattr(viewset, name)]
    mapped = [name for each in viewset.get_extra_actions() for name in each.mapping.values()]
    return {name: getattr(viewset, name) for name in [*usual, *mapped]}


@pytest.mark.parametrize("viewset", VIEWSETS)
def test_every_action_names_its_permission_and_no_other(viewset):
    methods = set(viewset.http_method_names)
    actions = {name for name in actions_of(viewset) if not (name == "partial_update" and "patch" not in methods)}

    assert actions <= viewset.perms.keys(), actions - viewset.perms.keys()


@pytest.mark.parametrize("viewset", VIEWSETS)
def test_every_list_has_filters(viewset):
    if not hasattr(viewset, "list") or not viewset.__dict__.get(
        "filter_backends", getattr(viewset, "filter_backends", [])
    ):
        pytest.skip("no list, or one that is no table")

    declared = getattr(viewset, "filterset_class", None) or getattr(viewset, "filterset_fields", None)

    assert declared is not None
    assert not isinstance(declared, type) or issubclass(declared, FilterSet)


@pytest.mark.parametrize("viewset", VIEWSETS)
def test_what_makes_something_happens_once(viewset):
    twice = {
        name
        for name, action in actions_of(viewset).items()
        if name in MAKES and not getattr(action, "happens_once", False) and (viewset.__name__, name) not in OF_ITSELF
    }

    assert not twice


def test_no_excuse_is_left_over():
    known = {(each.values[0].__name__, name) for each in VIEWSETS for name in actions_of(each.values[0])}

    assert OF_ITSELF.keys() <= known
