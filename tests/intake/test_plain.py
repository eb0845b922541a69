from __future__ import annotations

import html
import re
import urllib.parse
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.intake.relay import FORM, Answer, Relay, ask, raw, relay
from tests.support import Agency
from tipline import clock
from tipline.keyring import revocation
from tipline.keyring.revocation import Console, Revocations
from tipline.seal import acknowledgement, opening, receipt, slot
from tipline.seal.message import Message, decode
from tipline.seal.suite import HYBRID
from tipline.wire import paths, shapes


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, agency: Agency) -> Iterator[Relay]:
    with relay(tmp_path_factory.mktemp("plain") / "relay", agency) as made:
        made.start()
        made.publish()
        yield made


def post(relay: Relay, path: str, **fields: str) -> Answer:
    return ask(relay.plain, "POST", f"/plain/{path}", urllib.parse.urlencode(fields).encode(), FORM)


def tell(relay: Relay, **changes: str) -> Answer:
    fields = {
        "category": relay.agency.category,
        "danger": "unsure",
        "text": "They meet at the mill.",
        **changes,
    }
    return post(relay, "tell", **fields)


def offered(relay: Relay) -> set[bytes]:
    return set(shapes.read_offer(relay.over("GET", paths.LIST).body).envelopes)


def opened(relay: Relay, key: bytes) -> tuple[Message, bytes]:
    """Open an envelope as the desk does; return its message and reply key."""
    envelope = relay.over("GET", paths.ENVELOPE + key.hex()).body
    whole = opening.open_stanza(envelope, relay.agency.desk)
    assert whole is not None
    body = opening.open_body(envelope, opening.text_key_of(envelope, whole))
    return decode(body.message), opening.open_reply(envelope, whole)[0]


def code_of(page: bytes) -> str:
    found = re.search(rb'id="receipt"[^>]*>([0-9A-Z-]+)<', page)
    assert found is not None
    return found[1].decode()


TEXT = 'A <b>"bold"</b> & سوف\nsecond line  '


def test_a_tip_comes_in_word_for_word_and_marked(running: Relay) -> None:
    """It opens at its desk as it was typed, and says that the server saw it."""
    before = offered(running)
    answer = tell(running, text=TEXT.replace("\n", "\r\n"))
    assert answer.status == 200
    (key,) = offered(running) - before
    message, _ = opened(running, key)
    assert (message.text, message.via, message.danger, message.category) == (TEXT, "plain", "unsure", "drugs")
    keys = receipt.keys(HYBRID, receipt.parse(code_of(answer.body)), running.agency.id)
    assert (message.acknowledgement, message.thread) == (keys.acknowledgement, keys.thread)


def test_an_answer_is_read_with_the_receipt(running: Relay) -> None:
    """In any case and spacing; text as text; and the day on which the tip was stored."""
    code = code_of(tell(running).body)
    keys = receipt.keys(HYBRID, receipt.parse(code), running.agency.id)
    today = clock.day_number()
    reply = slot.Reply(bytes(16), running.agency.desk_id, today, "Thank you.\n<script>alert(1)</script>")
    token = acknowledgement.token(HYBRID, keys.acknowledgement, today - 1)
    section = running.agency.board(
        [slot.dummy(), *slot.seal(HYBRID, keys.reply, 0, reply)], [token], serial=50
    )
    assert running.over("PUT", paths.BOARD, section).status == 204
    page = post(running, "read", receipt=f" {code.lower().replace('-', ' ')}").body.decode()
    assert "Thank you.\n&lt;script&gt;" in page
    assert "/plain/again" not in page
    assert "<script" not in page
    assert f"stored it on {clock.today() - timedelta(days=1)}" in page
    other = post(running, "read", receipt=receipt.format_(receipt.generate())).body.decode()
    assert "There is no answer here for this receipt" in other
    assert "does not show that your message arrived" in other


def test_choices_are_ticked_into_a_new_message(running: Relay) -> None:
    """As text of the form that sends one, where it can be changed; markup is text there too."""
    code = code_of(tell(running).body)
    keys = receipt.keys(HYBRID, receipt.parse(code), running.agency.id)
    said = "How?\n[ ] I saw it\n[ ] <b>told</b>"
    reply = slot.Reply(bytes(16), running.agency.desk_id, clock.day_number(), said)
    section = running.agency.board(slot.seal(HYBRID, keys.reply, 0, reply), [], serial=51)
    assert running.over("PUT", paths.BOARD, section).status == 204
    page = post(running, "read", receipt=code).body.decode()
    assert '<input type="checkbox" name="choice" value="I saw it">' in page
    assert "<b>told" not in page
    body = urllib.parse.urlencode([("choice", "I saw it"), ("choice", "<b>told</b>")]).encode()
    form = ask(running.plain, "POST", "/plain/again", body, FORM).body.decode()
    assert "[x] I saw it\n[x] &lt;b&gt;told&lt;/b&gt;</textarea>" in form
    assert "Our server sees" in form


def test_the_notice_stands_before_anything_else(running: Relay) -> None:
    """Each page that asks for words or a receipt says first that the server sees them."""
    for path in ("", "tell", "read"):
        page = ask(running.plain, "GET", f"/plain/{path}").body.decode()
        notice = page.index("Our server sees")
        for later in ("<form", "<input", "<textarea", 'class="button"'):
            assert later not in page[:notice]
        assert "999" in page or path == "read"
        assert "<script" not in page


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"category": "nothing"}, "Choose what it is about"),
        ({"danger": "perhaps"}, "Say if anyone is in danger now"),
        ({"text": " \r\n "}, "Write something"),
        ({"text": "ä" * 9000}, "too long"),
    ],
)
def test_what_was_not_sent_is_said_and_kept(running: Relay, changes: dict[str, str], says: str) -> None:
    """A mistake is named, nothing is stored, and what was typed is still in the form."""
    before = offered(running)
    answer = tell(running, **({"text": TEXT} | changes))
    page = answer.body.decode()
    assert answer.status == 400
    assert "It was NOT sent" in page
    assert says in page
    assert "<b>" not in page
    assert ({"text": TEXT} | changes)["text"] in html.unescape(page)
    assert offered(running) == before


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Write your receipt"),
        ("ABCD", "Some letters are missing"),
        ("!" * 28, "no receipt has"),
        ("0" * 27 + "1", "mistyped"),
    ],
)
def test_a_mistyped_receipt_is_named(running: Relay, typed: str, says: str) -> None:
    """The kind of mistake is said; the receipt is not shown again."""
    answer = post(running, "read", receipt=typed)
    assert answer.status == 400
    assert says in answer.body.decode()
    assert not typed or typed not in answer.body.decode()


def test_it_takes_short_forms_only(running: Relay) -> None:
    """No multipart, which would be spooled; nothing over 64 KiB; nothing without a length."""
    before = offered(running)
    ends = [
        ask(
            running.plain,
            "POST",
            "/plain/tell",
            b"--x--",
            {"Content-Type": "multipart/form-data; boundary=x"},
        ).status,
        ask(running.plain, "POST", "/plain/tell", b"a=b", {"Content-Type": "text/plain"}).status,
        ask(running.plain, "POST", "/plain/tell", b"text=" + b"x" * 65536, FORM).status,
        ask(running.plain, "POST", "/plain/tell", b"text=" + b"x" * 900_000, FORM).status,
    ]
    assert ends == [415, 415, 413, 413]
    head = b"POST /plain/tell HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    assert raw(running.plain, head + b"\r\n", shut=True).startswith(b"HTTP/1.1 411 ")
    short = raw(
        running.plain, head + b"Content-Length: 500\r\n\r\ncategory=drugs&danger=no&text=abc", shut=True
    )
    assert not short.startswith(b"HTTP/1.1 200 ")
    assert offered(running) == before


def test_without_keys_or_room_nothing_is_sent(tmp_path, agency: Agency) -> None:
    """No keyring: the page says so and shows no categories. Full: not sent, and the words are kept."""
    with relay(tmp_path / "relay", agency, envelope_places=1, parcel_places=1) as made:
        made.start()
        assert "Nothing can be sent at this moment" in ask(made.plain, "GET", "/plain/tell").body.decode()
        answer = tell(made, text=TEXT)
        assert answer.status == 503
        assert TEXT in html.unescape(answer.body.decode())
        made.publish()
        assert tell(made).status == 200
        answer = tell(made, text=TEXT)
        assert answer.status == 503
        assert "It was NOT sent" in answer.body.decode()
        assert TEXT in html.unescape(answer.body.decode())


def test_it_says_who_reads_what_and_who_cannot_be_reached(tmp_path, agency: Agency) -> None:
    """A body that the root names and has no section is missed; one whose days are over is not offered."""
    overseers = Agency("oversight", root=agency.root, desk_id=bytes(16), category="police")
    own = (
        Console("agency", "City police", frozenset()),
        Console("oversight", "Ombudsman", frozenset({"police"})),
    )
    says = Revocations(agency.id, 2, frozenset(), own)
    listed = agency.root.sign(revocation.LABEL, says.encode())
    today = clock.today()
    over = overseers.section(2, not_before=today - timedelta(days=9), not_after=today - timedelta(days=1))
    with relay(tmp_path / "relay", agency, envelope_places=2, parcel_places=1) as made:
        settings = made.folder / "intake.toml"
        line = f'oversight = "{paths.secret_hash(overseers.secret)}"\n'
        settings.write_text(settings.read_text() + line)
        made.start()

        def page_after(posting: shapes.Posting) -> str:
            answer = ask(made.handover, "PUT", paths.KEYRING, posting.pack(), overseers.bearer)
            assert answer.status == 204
            return ask(made.plain, "GET", "/plain/tell").body.decode()

        made.publish()
        page = page_after(shapes.Posting(listed))
        assert "The keys of Ombudsman are not here now" in page
        assert "Read by: City police" in page
        page = page_after(shapes.Posting(listed, (overseers.certificate(), overseers.section(1))))
        assert "are not here now" not in page
        assert page.index("Read by: Ombudsman") < page.index('value="police"')
        page = page_after(shapes.Posting(listed, (overseers.certificate(), over)))
        assert 'value="police"' not in page
        assert tell(made, category="police").status == 503
        assert tell(made).status == 200


def test_an_agency_can_switch_them_off(tmp_path, agency: Agency) -> None:
    """Without the setting there is no process and no listener."""
    with relay(tmp_path / "relay", agency, plain=None, envelope_places=1, parcel_places=1) as made:
        made.start()
        assert made.children() == []
        with pytest.raises(ConnectionRefusedError):
            ask(made.plain, "GET", "/plain/")
