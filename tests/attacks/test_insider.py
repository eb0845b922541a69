"""The agency itself, with every private key of its console, and a tip about it for the oversight body."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support import Agency, make_agency
from tipline.collector import sort
from tipline.errors import KeyringError
from tipline.keyring import keyring, section
from tipline.seal import opening, receipt, slot
from tipline.seal.suite import HYBRID

OVERSIGHT = bytes(range(16, 32))


@pytest.fixture
def police() -> Agency:
    return make_agency()


@pytest.fixture
def oversight(police: Agency) -> Agency:
    """The other console: its own signer, desk and sorting key, under the same root."""
    return make_agency(console="oversight", root=police.root, desk_id=OVERSIGHT, category="police-misconduct")


def test_the_agency_opens_no_tip_about_itself(police: Agency, oversight: Agency):
    """Neither the text nor the docket: it collects the envelope, and cannot tell it from noise."""
    envelope = oversight.envelope("An officer of yours takes money.")
    for key in (police.desk, police.sorting):
        assert opening.open_stanza(envelope, key) is None
        assert opening.open_docket(envelope, key) is None
    assert sort.sort(envelope, police.id, {police.epoch: police.sorting}, 20_000) == sort.Sorted()
    assert opening.open_stanza(envelope, oversight.desk)
    assert opening.open_docket(envelope, oversight.sorting)


def test_the_agency_gives_the_oversight_desk_no_key_of_its_own(police: Agency, oversight: Agency):
    """Its signer signs a section in which the oversight desk has the agency's key."""
    desks = (section.Desk(OVERSIGHT, "Oversight", (police.desk.public,)),)
    categories = (section.Category("police-misconduct", "Police", OVERSIGHT),)
    forged = (police.certificate(), police.section(desks=desks, categories=categories))
    honest = (oversight.certificate(), oversight.section())
    for sections in ([forged], [forged, honest], [honest, forged]):
        data = keyring.pack(police.root.public, police.revocations(), sections)
        with pytest.raises(KeyringError, match="desks"):
            keyring.verified(data, police.fingerprint)
    both = [(police.certificate(), police.section()), honest]
    data = keyring.pack(police.root.public, police.revocations(), both)
    assert len(keyring.verified(data, police.fingerprint).sections) == 2


def test_who_signs_the_board_writes_no_answer(police: Agency):
    """With the signer, and a label seen on an earlier board: words under that label open for no receipt."""
    tipster, guessed = (receipt.keys(HYBRID, receipt.generate(), police.id) for _ in range(2))
    said = slot.Reply(bytes(16), police.desk_id, 20_000, "Thank you.")
    (real,) = slot.seal(HYBRID, tipster.reply, 0, said)
    (forged,) = slot.seal(HYBRID, guessed.reply, 0, replace(said, text="Come to the harbour."))
    label = real[: slot.LABEL_SIZE]
    assert slot.find(HYBRID, tipster.reply, [forged, label + forged[slot.LABEL_SIZE :]]) == []
    assert slot.find(HYBRID, tipster.reply, [real]) == [said]
