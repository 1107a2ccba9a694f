"""申诉 on its pages, in the console and through the API, as the team, a reviewer, the street and strangers."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from evaluations.explained import sign_of
from evaluations.models import Appeal, Reviewer
from evaluations.services import appeals, numbers, ratings, reviews, rounds
from tests.evaluations.appeal import leaves, opine
from tests.evaluations.season import official_of
from tests.evaluations.test_appeals import PDF, contact, filed, low_round, odd, rating, reviewed
from tests.factories import RegionFactory, TeamContactFactory

__all__ = ["contact", "filed", "low_round", "odd", "rating", "reviewed"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_are_kept_elsewhere(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def console(appeal, move):
    return f"/admin/evaluations/appeal/{appeal.pk}/{move}/"


def test_the_team_appeals_on_its_phone_and_follows_what_becomes_of_it(browse, contact, rating, odd):
    client, form = browse(contact), f"/ratings/{rating.pk}/appeal/"
    assert form in client.get(f"/ratings/{rating.pk}/").content.decode()
    empty = client.post(form, {"reason": ""})
    sent = {"reason": "台账齐全", "indicators": [leaves(rating)[0].pk], "members": [odd]}
    sent["files"] = SimpleUploadedFile("台账.pdf", PDF)
    answer = client.post(form, sent, follow=True)

    appeal = Appeal.objects.get()
    page = answer.content.decode()
    assert (empty.status_code, answer.status_code) == (422, 200)
    assert all(words in page for words in ("台账齐全", f"{odd}号委员", "台账.pdf"))
    assert not any(member.user.name in page for member in numbers.members_of(rating).values())
    kept = client.get(f"/appeals/{appeal.pk}/files/{appeal.files.get().pk}/")
    assert b"".join(kept.streaming_content) == PDF
    assert form not in client.get(f"/ratings/{rating.pk}/").content.decode()
    client.post(f"/appeals/{appeal.pk}/withdraw/")
    assert Appeal.objects.get().status == "withdrawn"


def test_strangers_find_no_appeal(browse, api, filed, low_round, community):
    strangers = [TeamContactFactory().user, official_of(RegionFactory(level="street"))]
    member = low_round.committee.members.first().user
    for user in [*strangers, member]:
        assert browse(user).get(f"/appeals/{filed.pk}/").status_code == 404
        assert browse(user).post(f"/appeals/{filed.pk}/withdraw/").status_code == 404
        assert api(user).get(f"/api/v1/appeals/{filed.pk}/").status_code == 404
        assert api(user).post(f"/api/v1/ratings/{filed.rating_id}/appeal/", {}).status_code == 404


def test_a_reviewer_gives_an_opinion_and_only_then_sees_those_of_others(browse, reviewed):
    first, second, third = reviewed.reviewers.select_related("member__user", "appeal")
    reviews.opine(second, upholds=True, words="我认为成立的理由", by=second.member.user)
    client, url = browse(first.member.user), f"/reviews/{first.pk}/"
    assert url in client.get("/reviews/").content.decode()
    assert "我认为成立的理由" not in client.get(url).content.decode()
    assert client.get(f"/reviews/{third.pk}/").status_code == 404

    assert client.post(url, {"upholds": "yes", "words": ""}).status_code == 422
    page = client.post(url, {"upholds": "no", "words": "现场无误"}, follow=True).content.decode()

    first.refresh_from_db()
    assert (first.status, first.upholds, first.words) == ("given", False, "现场无误")
    assert "我认为成立的理由" in page
    assert second.member.user.name not in page


def test_the_street_names_reviewers_and_upholds_in_the_console(browse, official, filed, odd, rating):
    client = browse(official)
    fit = [member.pk for member in reviews.able(filed)]
    challenged = filed.challenges.get().member
    offered = client.get(console(filed, "begin")).content.decode()
    assert challenged.user.name not in offered
    client.post(console(filed, "begin"), {"members": fit})
    opine(Appeal.objects.get(), True, True, True)
    assert client.get(console(filed, "dismiss")).status_code == 302

    name = f"mark-{odd}-{leaves(rating)[0].pk}"
    assert name in client.get(console(filed, "uphold")).content.decode()
    client.post(console(filed, "uphold"), {"reason": "台账齐全", name: "8"})

    filed.refresh_from_db()
    assert (filed.status, filed.after) == ("upheld", "77.00 3A")
    assert "77.00 3A" in client.get(f"/admin/evaluations/appeal/{filed.pk}/change/").content.decode()


def test_an_appeal_from_end_to_end_through_the_api(api, contact, official, rating, odd, low_round):
    team, street = api(contact), api(official)
    body = {"reason": "台账齐全", "indicators": ["A1"], "members": [odd]}
    path = f"/api/v1/ratings/{rating.pk}/appeal/"
    unknown = team.post(path, body | {"indicators": ["Z9"]})
    made = team.post(path, body)
    again = team.post(path, body)
    assert [each.status_code for each in (unknown, made, again)] == [400, 201, 409]
    assert made.data["challenges"] == [{"number": odd, "group": ""}]
    appeal = f"/api/v1/appeals/{made.data['id']}"

    fit = [member.pk for member in reviews.able(Appeal.objects.get())]
    assert street.post(f"{appeal}/review/", {"members": fit[:2]}).status_code == 409
    assert street.post(f"{appeal}/review/", {"members": fit}).data["status"] == "under_review"
    for reviewer in Reviewer.objects.select_related("member__user"):
        mine = api(reviewer.member.user)
        (row,) = mine.get("/api/v1/appeal-reviewers/").data["results"]
        said = {"upholds": True, "words": "已核对"}
        assert mine.post(f"/api/v1/appeal-reviewers/{row['id']}/opine/", said).data["status"] == "given"
    assert team.get("/api/v1/appeal-reviewers/").data["results"] == []
    assert team.post(f"{appeal}/uphold/", {"reason": "x"}).status_code == 404
    wrong = {"reason": "x", "marks": [{"member": odd, "indicator": "A2", "value": "8"}]}
    assert street.post(f"{appeal}/uphold/", wrong).status_code == 409
    right = {"reason": "属实", "marks": [{"member": odd, "indicator": "A1", "value": "8"}]}
    decided = street.post(f"{appeal}/uphold/", right)

    assert (decided.data["status"], decided.data["before"], decided.data["after"]) == ("upheld", "68.00 2A", "77.00 3A")
    assert team.get(f"{appeal}/").data["answer"] == "属实"


def test_a_file_comes_with_an_appeal_through_the_api(api, contact, rating):
    body = {"reason": "台账", "indicators": ["A1"], "files": [SimpleUploadedFile("台账.pdf", PDF)]}
    made = api(contact).post(f"/api/v1/ratings/{rating.pk}/appeal/", body, format="multipart")

    assert made.status_code == 201
    assert Appeal.objects.get().files.count() == 1


def test_the_team_reads_what_was_changed(browse, contact, reviewed, official, odd, rating):
    opine(reviewed, True, True, True)
    appeals.uphold(reviewed, marks=[(odd, leaves(rating)[0], Decimal(8))], by=official, reason="台账齐全")

    page = browse(contact).get(f"/appeals/{reviewed.pk}/").content.decode()
    assert all(words in page for words in ("68.00 2A", "77.00 3A", "2 → 8", "台账齐全"))
    sheet = browse(contact).get(f"/ratings/{rating.pk}/").content.decode()
    assert "申诉成立" in sheet
    assert f"8 {sign_of(odd)}" in sheet


def test_a_final_grade_is_withdrawn_in_the_console_and_by_the_api(api, official, closed_round):
    rounds.announce(closed_round, by=official)
    rating = closed_round.ratings.get()
    path = f"/api/v1/ratings/{rating.pk}/withdraw/"

    assert api(official).post(path, {"reason": "材料造假"}).status_code == 409
    rounds.publish(closed_round, by=official, at=closed_round.announced_at.replace(year=2030))
    assert api(official).post(path, {"reason": " "}).status_code in {400, 409}
    assert api(official).post(path, {"reason": "材料造假"}).data["status"] == "withdrawn"
    assert ratings.Rating.objects.final().count() == 0
