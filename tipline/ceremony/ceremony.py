"""The ceremony: makes a root and the desks' recovery keys, splits them, and signs what a request asks for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tipline.ceremony import root, shares
from tipline.ceremony.grant import Grant
from tipline.ceremony.request import Request
from tipline.errors import SettingsError
from tipline.keyring.revocation import Console
from tipline.keyring.signature import Signed, agency_id
from tipline.keys import recovery
from tipline.keys.recovery import RecoveryKey, RecoveryKeys
from tipline.keys.signing import SigningKey
from tipline.seal.suite import suite_of

K, N = 3, 5
#: The name of the root among the keys that were split.
ROOT = "the root"


@dataclass(frozen=True)
class SplitKey:
    """A private key as *shares*. *desk* is the desk's id, None for the root; *public* belongs to the key."""

    name: str
    desk: bytes | None
    public: bytes
    shares: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, repr=False)
class Held:
    """What a ceremony made: the *root*, the *grant* for the agency, and each key that was *split*.

    Any *k* of its shares give a key back.
    """

    root: SigningKey
    grant: Grant
    split: tuple[SplitKey, ...]
    k: int


def hold(  # noqa: PLR0913  what a ceremony goes by
    request: Request,
    today: date,
    numbers: tuple[int | None, int | None] = (None, None),
    old_root: SigningKey | None = None,
    renew: Collection[str] = (),
    *,
    lists: Sequence[Signed] = (),
) -> Held:
    """Do what a *request* asks: recovery keys for the desks that have none, a certificate, both signed.

    Without *old_root* a root is made and split as well. *numbers* are k and n: 3 and 5, or what the console's
    first ceremony chose. The desks named in *renew* get other recovery keys than they have. *lists* are those
    of the root that are in use besides that of the request. Raises KeyringError when what the request brings
    along was not signed by this root, and SettingsError for numbers that cannot be and for a desk to renew
    that has none.
    """
    key = old_root or SigningKey.generate()
    keys = _without(_recovery_keys(request, key, *numbers), renew)
    k, n = keys.k, keys.n
    split = [] if old_root else [SplitKey(ROOT, None, key.public, shares.split(key.seed, k, n))]
    for desk in request.desks:
        if desk.id not in {known.id for known in keys.desks}:
            private = suite_of(request.suite).generate()
            split.append(SplitKey(desk.name, desk.id, private.public, shares.split(private.seed, k, n)))
            keys = replace(keys, desks=(*keys.desks, RecoveryKey(desk.id, desk.name, private.public)))
    signed = key.sign(recovery.LABEL, replace(keys, serial=keys.serial + 1).encode())
    given = Grant(key.public, root.answer(key, request, today), signed, _revocations(request, key, lists))
    return Held(key, given, tuple(split), k)


def _without(keys: RecoveryKeys, names: Collection[str]) -> RecoveryKeys:
    unknown = set(names) - {key.name for key in keys.desks}
    if unknown:
        raise SettingsError(f"there is no recovery key to renew for {', '.join(sorted(unknown))}")
    return replace(keys, desks=tuple(key for key in keys.desks if key.name not in names))


def _recovery_keys(request: Request, key: SigningKey, k: int | None, n: int | None) -> RecoveryKeys:
    """Return the recovery keys that are there already."""
    if request.recovery:
        keys = recovery.verified(key.public, request.recovery)
        if keys.suite != request.suite:
            raise SettingsError("this agency's recovery keys are of another suite, and an agency has one")
        if k not in {None, keys.k} or n not in {None, keys.n}:
            raise SettingsError(f"this agency's keys are split {keys.k} of {keys.n}, and so are further ones")
        return keys
    k, n = K if k is None else k, N if n is None else n
    if not 2 <= k <= n <= shares.N_MAX:
        raise SettingsError(f"{k} of {n}: at least 2 shares are needed, of at most {shares.N_MAX}")
    return RecoveryKeys(agency_id(key.public), 0, request.suite, k, n, ())


def _revocations(request: Request, key: SigningKey, lists: Sequence[Signed]) -> Signed:
    """Return the list that names this console: the one in force, if it does so already."""
    own = Console(request.console, request.name, frozenset(request.categories))
    known = [*([request.revocations] if request.revocations else []), *lists]
    return root.follow(key, known, joining=own)
