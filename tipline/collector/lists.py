"""The root's list as the relay shows it: the other console may have posted a newer one, which is taken over.

Both consoles have one list, and each installs what the root signs on its own host. So whoever posts first
tells the other one by way of the relay. Lists that were made apart cannot both be served: that is said to
people, who let the root make one of both.
"""

from __future__ import annotations

import logging

from sqlalchemy import Engine

from tipline import db, facts
from tipline.collector.holding import Holding
from tipline.collector.relay import Relay
from tipline.errors import FormatError
from tipline.keyring import keyring, revocation
from tipline.keys import files
from tipline.keys.standing import APART

log = logging.getLogger("tipline.collector")


def take_over(relay: Relay, engine: Engine, holding: Holding) -> bool:
    """Install the list that the relay serves, if it follows ours. Returns whether it did.

    A list that neither follows ours nor is followed by it is noted for the warnings, by its number. Raises
    RelayError.
    """
    published = relay.keyring()
    if published is None:
        return False
    try:
        signed = keyring.list_of(published)
        theirs = revocation.verified(holding.root_public, signed)
    except FormatError:
        # No list of this root: what is published is of no use, and posting says so.
        return False
    ours = holding.revoked
    newer = theirs != ours and theirs.extends(ours)
    if newer:
        files.replace(holding.settings.folder / "revocations", files.REVOCATIONS, signed.pack())
        log.info("list %d of the root taken over from the relay", theirs.serial)
    apart = "" if newer or ours.extends(theirs) else str(theirs.serial)
    with db.writing(engine) as connection:
        if facts.read(connection, (APART,)).get(APART, "") != apart:
            facts.write(connection, {APART: apart})
    return newer
