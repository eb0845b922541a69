"""k of n: any k shares give the key, fewer say nothing, and a false one is found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.seal.conftest import AGENCY, DESK_ID, make_message
from tests.seal.node import Node
from tests.seal.test_vectors import bytes_of, plain
from tipline.errors import FormatError
from tipline.seal import docket, layout, message, opening, quorum, receipt, sealing
from tipline.seal.message import to_base64
from tipline.seal.stanza import Stanza
from tipline.seal.suite import APPROVED, HYBRID, Suite

QUORUMS = [(k, n) for n in range(2, 6) for k in range(2, n + 1)]
SEATS = {suite.code: [suite.generate() for _ in range(5)] for suite in (HYBRID, APPROVED)}
KEYS = receipt.keys(HYBRID, bytes(16), AGENCY)
WHAT = docket.Docket(DESK_ID, "no", KEYS.acknowledgement)
SAID = message.encode(make_message(KEYS))


def sealed_for(k: int, n: int, suite: Suite = HYBRID) -> bytes:
    seats = [seat.public for seat in SEATS[suite.code][:n]]
    return sealing.seal(sealing.Address(suite, AGENCY, 3, seats, [], k), WHAT, KEYS, SAID)


def shares_of(envelope: bytes, n: int, suite: Suite = HYBRID) -> list[Stanza]:
    found = [opening.open_share(envelope, seat) for seat in SEATS[suite.code][:n]]
    return [share for share in found if share is not None]


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with Node() as running:
        yield running


@cache
def three_of_five() -> tuple[bytes, list[Stanza]]:
    """One envelope that three of five open, and all its shares."""
    envelope = sealed_for(3, 5)
    return envelope, shares_of(envelope, 5)


@pytest.mark.parametrize("suite", [HYBRID, APPROVED], ids=lambda suite: suite.name)
@pytest.mark.parametrize(("k", "n"), QUORUMS)
def test_any_k_open_and_fewer_do_not(k: int, n: int, suite: Suite):
    """Every k of the seats give the key of text and conversation; every k - 1 give none."""
    envelope = sealed_for(k, n, suite)
    shares = shares_of(envelope, n, suite)
    assert len(shares) == n
    for chosen in combinations(shares, k):
        combined = quorum.combine(envelope, chosen)
        assert combined.bad == ()
        assert opening.open_body(envelope, opening.text_key_of(envelope, combined.key)).message == SAID
        assert opening.open_reply(envelope, combined.key) == (KEYS.reply, KEYS.follow_up)
    for chosen in combinations(shares, k - 1):
        with pytest.raises(FormatError, match="shares"):
            quorum.combine(envelope, chosen)


def test_a_quorum_does_not_show():
    """For one desk, for five, or for two of three: the same length, header aside nothing but random bytes."""
    sizes = {len(sealed_for(k, n)) for k, n in [(1, 1), (1, 5), *QUORUMS]}
    assert sizes == {layout.envelope_size(HYBRID)}


def test_one_too_few_say_nothing_of_the_key():
    """One share of two fits every key alike: each value of the missing one makes another key of it."""
    one, other = quorum.split(bytes(32), 2, 3)[:2]
    known = replace(one, key=one.key[:1] * 32)
    values = [bytes(range(at, at + 32)) for at in range(0, 256, 32)]
    keys = b"".join(quorum._value_at_zero([known, replace(other, key=value)]) for value in values)
    assert sorted(keys) == list(range(256))


@settings(max_examples=12, deadline=None)
@given(
    bad=st.sets(st.integers(0, 4), max_size=4),
    garbage=st.binary(min_size=32, max_size=32),
    change=st.sampled_from(["key", "x", "k", "n", "bit"]),
    order=st.permutations(range(5)),
)
def test_a_bad_share_is_found(
    bad: set[int],
    garbage: bytes,
    change: str,
    order: Sequence[int],
):
    """Beside three good shares of five the false ones are named, whatever is wrong; beside two, refused."""
    # Shares enough that agree on another k or n, and are right otherwise, do give the key.
    assume(change not in {"k", "n"} or len(bad) < 3)
    # One byte that is changed alike in several shares cancels out at one set of points in 255.
    assume(change != "bit" or len(bad) < 2)
    envelope, good = three_of_five()
    bit = 1 << garbage[0] % 8
    changes = {
        "key": lambda share: replace(share, key=garbage),
        "x": lambda share: replace(share, x=(share.x + garbage[0] % 254) % 255 + 1),
        "k": lambda share: replace(share, k=2 + (garbage[0] & 1) * 2),
        "n": lambda share: replace(share, n=3 + (garbage[0] & 1)),
        "bit": lambda share: replace(share, key=share.key[:9] + bytes([share.key[9] ^ bit]) + share.key[10:]),
    }
    given_ = [changes[change](good[at]) if at in bad else good[at] for at in order]
    if len(bad) > 2:
        with pytest.raises(FormatError, match="shares"):
            quorum.combine(envelope, given_)
        return
    combined = quorum.combine(envelope, given_)
    assert opening.text_key_of(envelope, combined.key) == opening.text_key_of(
        envelope, quorum.combine(envelope, good[:3]).key
    )
    assert set(combined.bad) == {place for place, at in enumerate(order) if at in bad}


def test_two_envelopes_do_not_mix():
    """Shares of another envelope, even of the same k and n, are refused; beside enough good ones, named."""
    envelope, good = three_of_five()
    others = shares_of(sealed_for(3, 5), 5)
    for mixed in ([*good[:2], others[2]], [good[0], *others[1:3]], others[:3]):
        with pytest.raises(FormatError, match="shares"):
            quorum.combine(envelope, mixed)
    assert quorum.combine(envelope, [*good[:3], others[3]]).bad == (3,)


def test_a_stanza_for_a_desk_is_no_share():
    """An ordinary desk's key finds no share and a seat's finds no key: each is refused, not taken."""
    ordinary, together = sealed_for(1, 1), sealed_for(2, 2)
    with pytest.raises(FormatError, match="stanza"):
        opening.open_share(ordinary, SEATS[HYBRID.code][0])
    with pytest.raises(FormatError, match="stanza"):
        opening.open_stanza(together, SEATS[HYBRID.code][0])


@pytest.mark.parametrize(("k", "n"), [(0, 3), (1, 3), (4, 3), (2, 6), (2, 1), (-1, 3)])
def test_it_splits_only_among_a_quorum(k: int, n: int):
    with pytest.raises(FormatError, match="quorum"):
        quorum.split(bytes(32), k, n)


@pytest.mark.parametrize(("k", "n"), QUORUMS)
def test_it_crosses(node: Node, k: int, n: int):
    """What JavaScript splits Python combines, and the other way round, any k of them."""
    seeds = [to_base64(seat.seed) for seat in SEATS[HYBRID.code][:n]]
    asked = {"suite": 1, "k": k, "agency": to_base64(AGENCY), "epoch": 3, "desk_keys": seeds}
    asked |= {"sorting_keys": [], "docket": plain(WHAT), "receipt": to_base64(bytes(16))}
    theirs = bytes_of(node.gives("seal", **asked, message=to_base64(SAID))["envelope"], {})
    ours = sealed_for(k, n)
    shares = [node.gives("opening.open_share", envelope=to_base64(ours), seed=own) for own in reversed(seeds)]
    found = node.gives("quorum.combine", envelope=to_base64(ours), shares=shares[:k])
    assert found == plain(quorum.combine(ours, shares_of(ours, n)[:k]))
    combined = quorum.combine(theirs, shares_of(theirs, n)[-k:])
    assert opening.open_reply(theirs, combined.key) == (KEYS.reply, KEYS.follow_up)
