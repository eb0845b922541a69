"""Two thousand envelopes as the relay has them: what learns from half cannot tell the others apart.

The labels are fair coins, so that a classifier that has nothing to go by is right as often as a coin:
Hoeffding's inequality bounds how far off it may be. Where a test is of many numbers at once, the chances of
each are added. Every bound here fails by chance less than once in a million runs.
"""

from __future__ import annotations

import math
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from operator import mul

import pytest

from tests.seal.node import Node
from tests.support import Agency, make_agency
from tipline import tip
from tipline.keyring import keyring, section
from tipline.keyring.keyring import Keyring
from tipline.seal import docket, header, layout, message, receipt, stanza
from tipline.seal.message import to_base64
from tipline.seal.suite import HYBRID, PrivateKey

COUNT, FROM_JS = 2000, 40
OVERSIGHT = bytes(range(16, 32))
#: A single chance of a false alarm: so many are added up that all of them stay below one in a million.
CHANCE = 1e-7
#: How long what people write is, and what else differs between tips.
SAID = [("no", 12), ("yes", 900), ("unsure", 4000), ("no", 14_000)]


#: Says more than zero of an envelope that it takes to be about the police.
Judge = Callable[[bytes], float]


@dataclass(frozen=True)
class Sealer:
    """Both consoles' keyring, which have come to different epochs, and every seat of the oversight desk."""

    keys: Keyring
    police: Agency
    oversight: Agency
    seats: list[PrivateKey]

    def python(self, category: str) -> bytes:
        danger, size = secrets.choice(SAID)
        told = tip.Tip(category=category, danger=danger, text="x" * size, via="page")
        return tip.seal(tip.address(self.keys, told), lambda _: None)

    def node(self, node: Node, category: str) -> bytes:
        danger, size = secrets.choice(SAID)
        draft = tip.address(self.keys, tip.Tip(category, danger, "x" * size, "page"))
        about = category == self.oversight.category
        to = self.oversight if about else self.police
        sealed = node.gives(
            "seal",
            suite=1,
            agency=to_base64(self.keys.agency),
            epoch=self.keys.epoch,
            desk_keys=[to_base64(key.seed) for key in (self.seats if about else [to.desk])],
            sorting_keys=[to_base64(to.sorting.seed)],
            docket={"desk": to_base64(to.desk_id), "danger": danger, "acknowledgement": to_base64(bytes(32))},
            receipt=to_base64(receipt.generate()),
            message=to_base64(message.encode(draft.told)),
            **({"k": 3} if about else {}),
        )
        return message.from_base64(sealed["envelope"], layout.envelope_size(HYBRID))


@pytest.fixture(scope="module")
def sealer() -> Sealer:
    """The oversight body opens together, three of five: as different from a triage desk as a desk can be."""
    police = make_agency(epoch=2970)
    oversight = make_agency(
        console="oversight", root=police.root, desk_id=OVERSIGHT, category="police-misconduct", epoch=2965
    )
    seats = [HYBRID.generate() for _ in range(5)]
    desk = section.Desk(OVERSIGHT, "Oversight", tuple(seat.public for seat in seats), 3)
    sections = [
        (police.certificate(), police.section()),
        (oversight.certificate(), oversight.section(desks=(desk,))),
    ]
    data = keyring.pack(police.root.public, police.revocations(), sections)
    return Sealer(keyring.verified(data, police.fingerprint), police, oversight, seats)


@dataclass(frozen=True)
class Sample:
    """Envelopes, and whether each is about the police: half to learn from, half to be tried on."""

    envelopes: list[bytes]
    about: list[bool]

    @property
    def learnt(self) -> tuple[list[bytes], list[bytes]]:
        half = zip(self.envelopes[: COUNT // 2], self.about[: COUNT // 2], strict=True)
        split: tuple[list[bytes], list[bytes]] = ([], [])
        for envelope, about in half:
            split[about].append(envelope)
        return split


def sample(sealer: Sealer, seal: Callable[[str], bytes]) -> Sample:
    about = [secrets.randbits(1) == 1 for _ in range(COUNT)]
    codes = (sealer.police.category, sealer.oversight.category)
    return Sample([seal(codes[one]) for one in about], about)


@pytest.fixture(scope="module", params=[FROM_JS, pytest.param(COUNT, marks=pytest.mark.assurance)])
def sent(sealer: Sealer, request: pytest.FixtureRequest) -> Sample:
    """Sealed by Python, and some by the page's own code, whatever they are about; or all by that.

    Some forty could not show a fault of the page's alone: two thousand do, and take some minutes.
    """
    from_js = set(secrets.SystemRandom().sample(range(COUNT), request.param))
    places = iter(range(COUNT))
    with Node() as node:
        return sample(
            sealer,
            lambda code: sealer.node(node, code) if next(places) in from_js else sealer.python(code),
        )


#: Makes a judge of what it learnt from half a sample.
Learn = Callable[[Sample], Judge]


def right(made: Sample, judge: Judge) -> float:
    """Return on what part of the second half a judge is right."""
    tried = zip(made.envelopes[COUNT // 2 :], made.about[COUNT // 2 :], strict=True)
    return sum((judge(envelope) > 0) == about for envelope, about in tried) / (COUNT - COUNT // 2)


def off(count: int, chance: float = CHANCE) -> float:
    """Return how far a mean of *count* numbers from 0 to 1 is off at most, but for *chance* (Hoeffding)."""
    return math.sqrt(math.log(2 / chance) / (2 * count))


def centroid(made: Sample) -> Judge:
    """Every byte's mean for both kinds, weighted by how little it varies: a linear discriminant."""
    means, spreads = [], []
    for kind in made.learnt:
        columns = list(zip(*kind, strict=True))
        means.append([sum(column) / len(kind) for column in columns])
        spreads.append([sum(map(mul, column, column)) / len(kind) for column in columns])
    weights = [
        (other - one) / max(square_one - one**2 + square_other - other**2, 1e-6)
        for one, other, square_one, square_other in zip(*means, *spreads, strict=True)
    ]
    middle = sum(map(mul, weights, ((one + other) / 2 for one, other in zip(*means, strict=True))))
    return lambda envelope: sum(map(mul, weights, envelope)) - middle


def likelihood(made: Sample) -> Judge:
    """Of the one byte whose values differ most between both kinds, the likelihood of each value."""
    counted = [[Counter(column) for column in zip(*kind, strict=True)] for kind in made.learnt]
    sizes = [len(kind) for kind in made.learnt]
    # How much of both kinds has the same values there: the less the better.
    place, (one, other) = min(
        enumerate(zip(*counted, strict=True)), key=lambda at: (at[1][0] & at[1][1]).total()
    )
    table = [
        math.log((other[value] + 1) / (sizes[1] + 256)) - math.log((one[value] + 1) / (sizes[0] + 256))
        for value in range(256)
    ]
    return lambda envelope: table[envelope[place]]


@pytest.mark.parametrize("learn", [centroid, pytest.param(likelihood, marks=pytest.mark.assurance)])
def test_no_classifier_tells_a_tip_about_the_police(sent: Sample, learn: Learn):
    """It learns from every byte, and is right on half of a thousand others, give or take 9 in 100."""
    bound = off(COUNT - COUNT // 2)
    assert bound < 0.092
    assert abs(right(sent, learn(sent)) - 0.5) < bound


@pytest.mark.parametrize("learn", [centroid, pytest.param(likelihood, marks=pytest.mark.assurance)])
def test_the_classifier_would_find_a_number_of_the_desk_s_own(sealer: Sealer, sent: Sample, learn: Learn):
    """With its own console's epoch in the header, as before this rule, every single one is told apart."""
    numbers = [sealer.police.epoch.to_bytes(4, "big"), sealer.oversight.epoch.to_bytes(4, "big")]
    known = [
        envelope[:8] + numbers[about] + envelope[12:2000]
        for envelope, about in zip(sent.envelopes, sent.about, strict=True)
    ]
    faulty = Sample(known, sent.about)
    assert right(faulty, learn(faulty)) == 1.0


def test_every_byte_has_the_same_mean_for_both(sent: Sample):
    """To within what chance allows any of 24,824 places at once; and all have one length."""
    assert {len(envelope) for envelope in sent.envelopes} == {layout.envelope_size(HYBRID)}
    kinds: tuple[list[bytes], list[bytes]] = ([], [])
    for envelope, about in zip(sent.envelopes, sent.about, strict=True):
        kinds[about].append(envelope)
    means = [[sum(column) / len(kind) for column in zip(*kind, strict=True)] for kind in kinds]
    differ = [abs(one - other) for one, other in zip(*means, strict=True)]
    variance = sum(1 / len(kind) for kind in kinds)
    assert max(differ) < 255 * math.sqrt(variance * math.log(2 * len(differ) / CHANCE) / 2)


def test_nothing_before_the_salt_differs(sent: Sample):
    """Magic, version, suite, epoch and agency are one and the same in all of them."""
    assert len({envelope[: header.SIZE - 64] for envelope in sent.envelopes}) == 1


def test_what_is_real_has_no_place_of_its_own(sealer: Sealer, sent: Sample):
    """With the keys: the one real stanza or docket is as often in any place as in any other."""
    keys = {
        True: (sealer.seats[0], sealer.oversight.sorting),
        False: (sealer.police.desk, sealer.police.sorting),
    }
    tried: Counter[object] = Counter()
    for envelope, about in list(zip(sent.envelopes, sent.about, strict=True))[:800]:
        stanza_at, docket_at = where(layout.split(envelope), *keys[about])
        tried.update([about, ("stanza", about, stanza_at), ("docket", about, docket_at)])
    for part, places in (("stanza", layout.STANZAS), ("docket", layout.DOCKETS)):
        for about in (False, True):
            shares = [tried[part, about, place] / tried[about] for place in range(places)]
            assert sum(shares) == pytest.approx(1)
            assert all(abs(share - 1 / places) < off(tried[about], CHANCE / 20) for share in shares)


def where(parts: layout.Parts, desk: PrivateKey, sorting: PrivateKey) -> tuple[int, int]:
    """Return the places of the stanza and the docket that these keys open."""
    stanzas = [stanza.open_(desk, parts.header_bytes, sealed) is not None for sealed in parts.stanzas]
    dockets = [docket.open_(sorting, parts.before_dockets, sealed) is not None for sealed in parts.dockets]
    return stanzas.index(True), dockets.index(True)
