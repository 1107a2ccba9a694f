"""兑换券签名: what makes a voucher's QR code good without network.

The platform signs with a private key that is derived from INDEX_KEY and leaves it never; a till has the public key in
its page. ECDSA over P-256, as every browser of the last ten years checks it by itself.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from volunteers.models import Redemption

PURPOSE = b"voucher signatures"
# The order of the curve's group: a private key is a number from 1 to one less.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
LENGTH = 32  # bytes of each half of a signature


def of(redemption: Redemption) -> str:
    """What stands behind the # of a voucher's address: partner, reward, last day, and the signature of it all."""
    facts = _facts(redemption)
    r, s = decode_dss_signature(_private_key(settings.INDEX_KEY).sign(_message(redemption.code, facts), _WITH))
    signature = base64.urlsafe_b64encode(r.to_bytes(LENGTH) + s.to_bytes(LENGTH)).rstrip(b"=").decode()
    return f"{facts}.{signature}"


def public_key() -> str:
    """The key that checks signatures, as browsers import it (SPKI in base64)."""
    public = _private_key(settings.INDEX_KEY).public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def _facts(redemption: Redemption) -> str:
    return f"{redemption.reward.partner_id}.{redemption.reward_id}.{redemption.valid_until:%Y%m%d}"


def _message(code: str, facts: str) -> bytes:
    return f"voucher:{code}.{facts}".encode()


@lru_cache(maxsize=2)
def _private_key(secret: str) -> ec.EllipticCurvePrivateKey:
    """Twice as many bytes as the order has, so that no key is likelier than another."""
    raw = HKDF(hashes.SHA256(), length=2 * LENGTH, salt=None, info=PURPOSE).derive(secret.encode())
    return ec.derive_private_key(int.from_bytes(raw) % (ORDER - 1) + 1, ec.SECP256R1())


_WITH = ec.ECDSA(hashes.SHA256())
