"""The ways against real servers on this machine: what they say and refuse, and what a failure tells."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from tests.alerts import servers
from tipline.alerts import wording
from tipline.alerts.channels import known
from tipline.alerts.channels.channel import Reach
from tipline.alerts.channels.mail import Mail
from tipline.alerts.channels.ntfy import Ntfy
from tipline.alerts.channels.webhook import SIGNATURE, Webhook
from tipline.alerts.settings import AlertsSettings, NtfySettings, SmtpSettings, WebhookSettings
from tipline.errors import AlertError

TEXT = wording.alert("Überfall", 1, 0, neutral=False)
SECRET = "swordfish"


def mail_settings(port: int, authority: Path | None, **changes: object) -> SmtpSettings:
    usual: dict[str, object] = {
        "host": "localhost", "port": port, "authority": authority,
        "sender": "tipline@police.example", "to": ("desk@police.example",),
    }  # fmt: skip
    return SmtpSettings(**(usual | changes))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_goes_out_over_tls_signed_in_one_for_each_address(tmp_path: Path, security: str):
    """The address that the settings name, and an officer's own, who see nothing of each other."""
    (tmp_path / "password").write_text(f"{SECRET}\n")
    users = {"tipline": SECRET}
    with servers.mails(tmp_path, users=users, tls_first=security == "tls") as (server, authority):
        settings = mail_settings(
            server.port, authority, security=security, user="tipline", password_file=Path("password")
        )
        way = Mail(settings, tmp_path)
        way.check()
        assert way.send(TEXT, [Reach(mail="alice@home.example"), Reach(ntfy="alice")]) == ""
    words = "1 tip marked danger now waits at Überfall. Sign in."
    assert server.words == [("alice@home.example", words), ("desk@police.example", words)]
    (_, message) = server.got[0]
    assert (message["To"], message["Subject"], message["X-Priority"]) == (
        "alice@home.example",
        "Sign in",
        "1",
    )
    assert message["Message-ID"].endswith("@police.example>")
    assert len({len(one.get_payload()) for _, one in server.got}) == 1


def test_without_tls_no_mail_is_sent(tmp_path: Path):
    """A server that offers none, or somebody between who took the offer out: no password, no word."""
    (tmp_path / "password").write_text(SECRET)
    with servers.mails(tmp_path, offers_tls=False) as (server, authority):
        settings = mail_settings(server.port, authority, user="x", password_file=Path("password"))
        with pytest.raises(AlertError, match="SMTPNotSupportedError"):
            Mail(settings, tmp_path).send(TEXT, ())
    assert server.got == []


@pytest.mark.parametrize("name", ["localhost", "elsewhere.example"])
def test_a_server_that_is_not_vouched_for_gets_no_mail(tmp_path: Path, name: str):
    """Nobody believes its certificate, or it is another server's."""
    other = tmp_path / "other"
    other.mkdir()
    (trusted, _) = servers.certificate(other, name)
    with servers.mails(tmp_path) as (server, authority):
        for believed in (trusted, None):
            with pytest.raises(AlertError, match="SSLCertVerificationError"):
                Mail(mail_settings(server.port, believed), tmp_path).send(TEXT, ())
        with pytest.raises(AlertError, match="SSLCertVerificationError"):
            Mail(mail_settings(server.port, authority, host="127.0.0.1"), tmp_path).send(TEXT, ())
    assert server.got == []


def test_an_address_that_is_refused_keeps_no_other_from_it(tmp_path: Path):
    """It is counted and not named; where all are refused the way has failed."""
    with servers.mails(tmp_path, refuses={"alice@home.example"}) as (server, authority):
        way = Mail(mail_settings(server.port, authority), tmp_path)
        assert way.send(TEXT, [Reach(mail="alice@home.example")]) == "1 of 2 addresses were refused"
        assert [to for to, _ in server.got] == ["desk@police.example"]
        server.refuses.add("desk@police.example")
        with pytest.raises(AlertError, match="every address"):
            way.send(TEXT, [Reach(mail="alice@home.example")])


def test_a_wrong_password_or_none_is_told_without_it(tmp_path: Path):
    """With the number that the server answered."""
    (tmp_path / "password").write_text("wrong words")
    with servers.mails(tmp_path, users={"tipline": SECRET}) as (server, authority):
        settings = mail_settings(server.port, authority, user="tipline", password_file=Path("password"))
        with pytest.raises(AlertError) as failed:
            Mail(settings, tmp_path).check()
    assert str(failed.value) == "the mail server answered 535"
    missing = mail_settings(server.port, authority, user="tipline", password_file=Path("nowhere"))
    with pytest.raises(AlertError, match="nowhere cannot be read"):
        Mail(missing, tmp_path).check()


def test_nobody_at_the_port_is_a_failure(tmp_path: Path):
    """The connection is refused."""
    with servers.mails(tmp_path) as (server, authority):
        pass
    with pytest.raises(AlertError, match="ConnectionRefusedError"):
        Mail(mail_settings(server.port, authority), tmp_path).check()


def test_a_webhook_can_check_who_calls_and_all_bodies_are_of_one_size(tmp_path: Path):
    """By the secret that both have; the time and an id are signed, so a repetition can be told."""
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    with servers.web() as server:
        way = Webhook(WebhookSettings(url=f"{server.url}/hook", secret_file=Path("secret")), tmp_path, 1)
        way.send(TEXT, ())
        way.send(wording.fault("mail", neutral=False), ())
        way.check()
    for got in server.got:
        wanted = hmac.new(SECRET.encode(), got.body, hashlib.sha256).hexdigest()
        assert got.headers[SIGNATURE.lower()] == f"sha256={wanted}"
    assert len({len(got.body) for got in server.got}) == 1
    said = [json.loads(got.body) for got in server.got]
    assert [one["kind"] for one in said] == ["alert", "fault", "check"]
    assert set(said[0]) == {"v", "id", "at", "kind", "urgent", "text"}
    assert said[0]["text"].strip() == TEXT.words
    assert len({one["id"] for one in said}) == 3


def test_ntfy_tells_the_desk_s_topic_and_officers_own(tmp_path: Path):
    """Loudly where somebody may be in danger, with the token, and the same number of bytes."""
    (tmp_path / "token").write_text("tk_secret")
    with servers.web() as server:
        way = Ntfy(NtfySettings(server=server.url, topic="desk", token_file=Path("token")), tmp_path)
        assert way.send(TEXT, [Reach(ntfy="alice"), Reach(mail="a@b.example")]) == ""
        way.send(wording.alert("Triage", 3, 2, neutral=False), ())
        way.check()
    asked = [(got.method, got.path, got.headers.get("x-priority")) for got in server.got]
    assert asked == [
        ("POST", "/alice", "5"), ("POST", "/desk", "5"), ("POST", "/desk", "3"),
        ("GET", "/v1/health", None), ("GET", "/desk/auth", None),
    ]  # fmt: skip
    assert {len(got.body) for got in server.got if got.method == "POST"} == {wording.SIZE}
    assert server.got[0].headers["authorization"] == "Bearer tk_secret"


def test_what_a_server_refuses_is_told_without_its_address(tmp_path: Path):
    """The number alone: a topic is as good as a secret."""
    with servers.web() as server:
        server.status = 403
        way = Ntfy(NtfySettings(server=server.url, topic="secret-topic"), tmp_path)
        with pytest.raises(AlertError) as failed:
            way.send(TEXT, ())
    assert str(failed.value) == "the server answered 403"
    with pytest.raises(AlertError) as failed:
        way.check()
    assert str(failed.value) == "the server cannot be used: ConnectError"


def test_only_tls_or_this_machine():
    """An address in the clear over a network is no setting."""
    for url in ("http://hooks.example/x", "ftp://x", "https://user@hooks.example/"):
        with pytest.raises(ValueError, match="url"):
            WebhookSettings(url=url, secret_file=Path("x"))


def test_the_ways_are_those_that_the_settings_name(tmp_path: Path):
    """Without any line none."""
    assert known.of(AlertsSettings(), tmp_path) == ()
    hook = {"url": "https://hooks.example/x", "secret_file": "x"}
    settings = AlertsSettings(smtp=mail_settings(25, None), webhook=(hook, hook), ntfy={"topic": "desk"})
    assert [way.name for way in known.of(settings, tmp_path)] == ["mail", "webhook 1", "webhook 2", "ntfy"]
