from __future__ import annotations

import itertools
import secrets

import pytest
from shamir_mnemonic.wordlist import WORDLIST

from tipline.ceremony import shares
from tipline.ceremony.shares import Gathering
from tipline.errors import FormatError

DESK, ROOT = secrets.token_bytes(32), secrets.token_bytes(64)
OF_DESK, OF_ROOT = shares.split(DESK, 3, 5), shares.split(ROOT, 3, 5)


def gathered(*texts: str, size: int = 32) -> Gathering:
    gathering = Gathering(size)
    for text in texts:
        gathering.add(shares.read_words(text))
    return gathering


@pytest.mark.parametrize(("seed", "given"), [(DESK, OF_DESK), (ROOT, OF_ROOT)], ids=["desk", "root"])
def test_any_k_of_n_give_the_seed_back(seed: bytes, given: tuple[str, ...]):
    """Every three of five, in any order."""
    for chosen in itertools.permutations(given, 3):
        assert gathered(*chosen, size=len(seed)).seed() == seed


@pytest.mark.parametrize(("k", "n"), [(2, 2), (2, 16), (5, 9), (16, 16)])
def test_other_numbers_of_holders(k: int, n: int):
    given = shares.split(DESK, k, n)
    assert len(set(given)) == n
    assert gathered(*given[:k]).seed() == DESK


def test_it_says_how_many_words_a_share_has():
    assert {len(share.split()) for share in OF_DESK} == {shares.length(32)} == {33}
    assert {len(share.split()) for share in OF_ROOT} == {shares.length(64)} == {59}


def test_fewer_than_k_give_nothing():
    """Not in the gathering, and not by calling the library directly."""
    gathering = gathered(*OF_DESK[:2])
    assert (gathering.count, gathering.wanted) == (2, 3)
    with pytest.raises(FormatError, match="2 shares, and 3 are needed"):
        gathering.seed()
    with pytest.raises(FormatError):
        shares.combine(OF_DESK[:2])


def test_it_reads_words_as_people_and_scanners_write_them():
    """Capitals of the QR code, numbers of the sheet, commas, words cut after four letters."""
    words = OF_DESK[0].split()
    assert shares.read_words(OF_DESK[0].upper()) == words
    assert shares.read_words("".join(f"{place}. {word},\n" for place, word in enumerate(words, 1))) == words
    assert shares.read_words(" ".join(word[:4] for word in words)) == words


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("academik acid", r"word 8, academik, .*\(perhaps academic\?\)"),
        ("acid aci", "word 9, aci,"),
        ("qqqq", r"word 8, qqqq, is in no share$"),
        ("académic", "word 9, mic,"),
    ],
)
def test_it_names_the_word_that_is_in_no_share(typed: str, says: str):
    """By its place on the sheet, with the word that is like it."""
    with pytest.raises(FormatError, match=says):
        shares.read_words(typed, before=7)


@pytest.mark.parametrize("place", [1, 2, 3, 4, 17, 30, 31, 32, 33])
def test_the_checksum_names_a_wrong_word(place: int):
    """A word of the list, but not the printed one: its place is known, also in the checksum itself."""
    words = OF_DESK[1].split()
    words[place - 1] = WORDLIST[WORDLIST.index(words[place - 1]) ^ 5]
    assert shares.suspect(words) == place
    with pytest.raises(FormatError, match=f"checksum does not hold: word {place} is wrong"):
        Gathering(32).add(words)


def test_the_checksum_finds_two_wrong_words_and_exchanged_ones():
    words = OF_DESK[1].split()
    exchanged = [*words[:9], words[10], words[9], *words[11:]]
    with pytest.raises(FormatError, match="two or more words are wrong, or not in order"):
        Gathering(32).add(exchanged)
    assert shares.suspect(words) is None


def test_it_refuses_a_share_of_another_set_and_one_typed_twice():
    """Both are told at once, before the others have typed theirs."""
    with pytest.raises(FormatError, match="another set"):
        gathered(OF_DESK[0], shares.split(DESK, 3, 5)[1])
    with pytest.raises(FormatError, match="typed already"):
        gathered(OF_DESK[0], OF_DESK[0])
    with pytest.raises(FormatError, match="33 words, and a share of this key has 59"):
        gathered(OF_DESK[0], size=64)


def test_a_forged_share_of_the_same_set_is_found():
    """A holder who makes up a share with a right checksum changes the whole, which its digest shows."""
    forged = shares.split(secrets.token_bytes(32), 3, 5)[2].split()
    own = shares.Share.from_mnemonic(OF_DESK[2])
    value = shares.Share.from_mnemonic(" ".join(forged)).value
    liar = shares.Share(**{**vars(own), "value": value})
    with pytest.raises(FormatError, match="digest"):
        gathered(*OF_DESK[:2], liar.mnemonic()).seed()


def test_shares_of_one_set_begin_alike():
    assert len({shares.set_of(share) for share in OF_DESK}) == 1
    assert shares.set_of(OF_DESK[0]) != shares.set_of(OF_ROOT[0])
