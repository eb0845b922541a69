"""The long proofs of `make assurance`: the claims of the suite, with numbers that leave less to chance."""

from __future__ import annotations

import hashlib
import random
import secrets
import signal
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.intake.relay import Relay, relay
from tests.intake.test_rack import spearman
from tests.seal.conftest import seal_one
from tests.support import Agency, name_of
from tipline.errors import ReceiptError
from tipline.intake import rack as racks
from tipline.intake.rack import Rack, envelopes
from tipline.intake.sizes import envelope_size
from tipline.seal import opening, padding, receipt
from tipline.seal.suite import HYBRID
from tipline.wire import paths

ENVELOPES = envelopes(HYBRID)

pytestmark = [pytest.mark.assurance, pytest.mark.timeout(3600)]

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_three_thousand_arrivals_leave_no_order(tmp_path: Path):
    """Rank correlation of arrival and place under 0.1, at head, middle and tail of every envelope."""
    count = 3000
    path = tmp_path / "rack.db"
    racks.create(path, count, 1)
    rack = Rack(path, ["one"])
    arrived = [secrets.token_bytes(envelope_size(HYBRID)) for _ in range(count)]
    for data in arrived:
        rack.put(ENVELOPES, hashlib.sha256(data).digest(), data)
    rack.close()
    disk = path.read_bytes()
    for at in (0, envelope_size(HYBRID) // 2, envelope_size(HYBRID) - 24):
        offsets = [disk.index(data[at : at + 24]) for data in arrived]
        assert abs(spearman(list(range(count)), offsets)) < 0.1


def test_killed_ten_times_under_load_it_loses_nothing(tmp_path: Path):
    """Sixteen senders, ten kills: every envelope that got its 204 is there, whole."""
    with relay(tmp_path, Agency(), envelope_places=2000, envelope_limit="1000000/hour") as running:
        running.start("--readable-memory")
        running.publish()
        answered = [envelope for _ in range(10) for envelope in _send_until_killed(running)]
        assert len(answered) > 500
        for envelope in answered:
            assert running.over("GET", paths.ENVELOPE + name_of(envelope)).body == envelope


def _send_until_killed(running: Relay) -> list[bytes]:
    base, answered, enough = running.agency.envelope(), [], threading.Event()

    def send() -> None:
        while not enough.is_set():
            envelope = base[:20] + secrets.token_bytes(64) + base[84:]
            try:
                if running.put(envelope).status != 204:
                    return
            except OSError:
                return
            answered.append(envelope)
            if len(answered) >= 60:
                enough.set()

    senders = [threading.Thread(target=send) for _ in range(16)]
    for sender in senders:
        sender.start()
    assert enough.wait(60), "the senders came to a stop"
    running.stop(signal.SIGKILL)
    for sender in senders:
        sender.join()
    running.start("--readable-memory")
    return answered


@settings(max_examples=1000, deadline=None)
@given(st.binary(max_size=padding.MESSAGE_MAX), st.integers(1, 5), st.integers(1, 2))
def test_a_thousand_envelopes_open(data: bytes, desks: int, consoles: int):
    """Any message, any number of readers: one length, and every byte comes back."""
    sealed = seal_one(data, desks=desks, consoles=consoles)
    key = opening.open_stanza(sealed.envelope, sealed.desk)
    assert key is not None
    assert len(sealed.envelope) == envelope_size(HYBRID)
    assert opening.open_body(sealed.envelope, opening.text_key_of(sealed.envelope, key)).message == data


def test_every_single_mistake_in_a_receipt_is_found():
    """All wrong characters at all places, and all swaps of neighbours, of 200 receipts."""
    source = random.Random(11)
    for _ in range(200):
        code = receipt.format_(source.randbytes(16)).replace("-", "")
        wrong = {code[:at] + letter + code[at + 1 :] for at in range(28) for letter in _ALPHABET}
        wrong |= {code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(27)}
        for mistake in wrong - {code}:
            with pytest.raises(ReceiptError):
                receipt.parse(mistake)
