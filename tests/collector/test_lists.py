"""The root's list by way of the relay: the other console's is taken over, or a conflict is told."""

from __future__ import annotations

import pytest

from tipline import clock, facts, warning
from tipline.ceremony import root
from tipline.collector import holding
from tipline.collector.lists import take_over
from tipline.collector.relay import Relay
from tipline.collector.run import run
from tipline.keyring import keyring, revocation
from tipline.keyring.signature import Signed
from tipline.keys import files
from tipline.keys.signing import SigningKey
from tipline.wire.shapes import Posting

APART = "The public page has another list of the root"


@pytest.fixture
def lists(served):
    """Make the root's next list after the installed one, as if the other console had asked for it."""
    key = SigningKey(files.read(served.made.root_key, files.ROOT))
    run(served.made.console, once=True)
    return lambda signer, *before: root.revoke(key, before[0] if before else installed(served), [signer * 32])


def installed(served) -> Signed:
    return holding.read(served.made.console).revocations


def post(served, signed: Signed) -> None:
    """As the other console does it; the relay takes a list from whoever has it."""
    with served.relay() as relay:
        relay.put_keyring(Posting(signed).pack())


def warnings(served) -> list[str]:
    with served.engine.connect() as connection:
        found = warning.notices(served.holding.settings, connection, clock.today())
    return [notice.title for notice in found]


def test_a_list_that_the_other_console_posted_is_installed(served, lists):
    """And so the next request brings it to the root, and the next list follows it."""
    second = lists(b"a")
    post(served, second)
    run(served.made.console, once=True)
    assert installed(served) == second
    assert not [title for title in warnings(served) if title.startswith(APART)]
    assert (
        served.keyring().revocations.serial == revocation.verified(served.holding.root_public, second).serial
    )


def test_a_list_made_apart_is_told_until_there_is_one_of_both(served, lists):
    """Each console had the root revoke something, from the same list."""
    theirs, ours = lists(b"a"), lists(b"b")
    post(served, theirs)
    files.replace(served.holding.settings.folder / "revocations", files.REVOCATIONS, ours.pack())
    run(served.made.console, once=True)
    assert installed(served) == ours, "nothing of ours is forgotten"
    assert [title for title in warnings(served) if title.startswith(APART)]
    key = SigningKey(files.read(served.made.root_key, files.ROOT))
    both = root.follow(key, [theirs, ours])
    post(served, both)
    run(served.made.console, once=True)
    assert installed(served) == both
    assert not [title for title in warnings(served) if title.startswith(APART)]


def test_a_relay_with_no_list_of_ours_changes_nothing(served, lists, monkeypatch):
    """It can hold a list back, and invent none."""
    before = installed(served)
    forged = SigningKey.generate().sign("revocations", lists(b"a").payload)
    monkeypatch.setattr(Relay, "keyring", lambda _: keyring.pack(served.holding.root_public, forged, []))
    with served.relay() as relay:
        assert take_over(relay, served.engine, served.holding) is False
    assert installed(served) == before
    with served.engine.connect() as connection:
        assert facts.read(connection, ("lists_apart",)).get("lists_apart", "") == ""
