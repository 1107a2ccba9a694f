"""What the QR code of a voucher says is checked by the public key alone, and nothing in it can be changed."""

import base64

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tests.factories import RedemptionFactory
from volunteers.services import signatures

pytestmark = pytest.mark.django_db


def check(code, said):
    facts, _dot, signature = said.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    r, s = (int.from_bytes(raw[start : start + 32]) for start in (0, 32))
    key = load_der_public_key(base64.b64decode(signatures.public_key()))
    key.verify(encode_dss_signature(r, s), f"voucher:{code}.{facts}".encode(), ec.ECDSA(hashes.SHA256()))


def test_the_public_key_checks_it():
    voucher = RedemptionFactory()

    said = signatures.of(voucher)

    check(voucher.code, said)
    facts = [voucher.reward.partner_id, voucher.reward_id, voucher.valid_until.strftime("%Y%m%d")]
    assert said.split(".")[:3] == [str(fact) for fact in facts]
    assert len(base64.urlsafe_b64decode(said.split(".")[3] + "==")) == 64


def test_nothing_in_it_can_be_changed():
    voucher = RedemptionFactory()
    said = signatures.of(voucher)
    partner, reward, day, signature = said.split(".")

    for code, changed in [
        ("ABCDEFGHJK", said),
        (voucher.code, f"{partner}9.{reward}.{day}.{signature}"),
        (voucher.code, f"{partner}.{reward}9.{day}.{signature}"),
        (voucher.code, f"{partner}.{reward}.29991231.{signature}"),
    ]:
        with pytest.raises(InvalidSignature):
            check(code, changed)


def test_the_key_follows_the_secret_and_stays_the_same(settings):
    before, said = signatures.public_key(), signatures.of(voucher := RedemptionFactory())
    assert signatures.public_key() == before

    settings.INDEX_KEY = "another secret of this installation"

    assert signatures.public_key() != before
    with pytest.raises(InvalidSignature):
        check(voucher.code, said)
