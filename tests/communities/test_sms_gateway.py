"""The HTTP gateway, over the wire: a server of our own takes signed messages behind TLS."""

import datetime
import hashlib
import hmac
import json
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from communities.services import sms

SECRET = "gateway secret"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def gateway(certificate, settings):
    """A gateway that keeps one message for each key, and refuses what is not signed."""

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            signed = f"{self.headers['X-Timestamp']}\n".encode() + body
            right = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
            is_right = hmac.compare_digest(right, self.headers["X-Signature"])
            if is_right:
                self.server.kept.setdefault(self.headers["Idempotency-Key"], json.loads(body))
                self.server.calls += 1
            self.send_response(202 if is_right else 403)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    server.kept, server.calls = {}, 0
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_SENDER = "communities.services.sms.HttpSender"
    settings.SMS_GATEWAY_URL = f"https://127.0.0.1:{server.server_port}/send"
    settings.SMS_GATEWAY_SECRET = SECRET
    settings.SMS_GATEWAY_CA = str(certificate)
    yield server
    server.shutdown()
    server.server_close()


def test_a_message_arrives_signed_and_a_repeat_is_the_same_message(gateway):
    for _n in range(2):
        sms.sender().send("code-1", "+8613812345678", "您的验证码是 123456")

    message = {"key": "code-1", "phone": "+8613812345678", "text": "您的验证码是 123456"}
    assert (gateway.kept, gateway.calls) == ({"code-1": message}, 2)


def test_a_gateway_that_refuses_is_an_error(gateway, settings):
    settings.SMS_GATEWAY_SECRET = "another"

    with pytest.raises(OSError, match="403"):
        sms.sender().send("code-1", "+8613812345678", "x")

    assert gateway.kept == {}


def test_a_gateway_that_nobody_vouches_for_gets_nothing(gateway, settings):
    settings.SMS_GATEWAY_CA = ""

    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        sms.sender().send("code-1", "+8613812345678", "x")

    assert gateway.kept == {}


def test_nothing_is_sent_without_https(gateway, settings):
    settings.SMS_GATEWAY_URL = settings.SMS_GATEWAY_URL.replace("https", "http")

    with pytest.raises(OSError, match="https"):
        sms.sender().send("code-1", "+8613812345678", "x")
