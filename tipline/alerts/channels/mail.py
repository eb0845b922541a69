"""Alerts by mail: over TLS that is checked, a message for each address, so that nobody sees another's."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from pathlib import Path

from tipline import clock
from tipline.alerts.channels.channel import TIMEOUT, Reach, left_out, secret
from tipline.alerts.settings import SmtpSettings
from tipline.alerts.wording import Text
from tipline.errors import AlertError

#: What every message is about, whatever it says: lists of mails are read over shoulders too.
SUBJECT = "Sign in"


class Mail:
    """The agency's mail server; *folder* is that of its settings."""

    name = "mail"

    def __init__(self, settings: SmtpSettings, folder: Path) -> None:
        self._settings, self._folder = settings, folder
        self.has_own = bool(settings.to)

    def reaches(self, one: Reach) -> bool:
        """Tell whether an officer has an address."""
        return bool(one.mail)

    def send(self, text: Text, people: Sequence[Reach], *, own: bool = True) -> str:
        """Send a message to each address. Returns how many were refused; raises AlertError."""
        addresses = sorted({*(self._settings.to if own else ()), *(one.mail for one in people if one.mail)})
        if not addresses:
            return ""
        with self._session() as server:
            refused = sum(not self._deliver(server, text, address) for address in addresses)
        return left_out(refused, len(addresses))

    def check(self) -> None:
        """Sign in to the server. Raises AlertError."""
        with self._session() as server:
            server.noop()

    def _deliver(self, server: smtplib.SMTP, text: Text, address: str) -> bool:
        try:
            server.send_message(self._message(text, address), self._settings.sender, [address])
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError):
            server.rset()
            return False
        return True

    def _message(self, text: Text, address: str) -> EmailMessage:
        message = EmailMessage(SMTP)
        message["From"], message["To"], message["Subject"] = self._settings.sender, address, SUBJECT
        message["Date"] = formatdate(clock.seconds())
        # The name of this machine is nobody's business.
        message["Message-ID"] = make_msgid(domain=self._domain)
        message["Auto-Submitted"] = "auto-generated"
        message["X-Priority"] = "1" if text.urgent else "3"
        message.set_content(text.padded, cte="base64")
        return message

    @property
    def _domain(self) -> str:
        return self._settings.sender.rpartition("@")[2]

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A session that is under TLS and signed in. What fails in it is an AlertError without its words."""
        own = self._settings
        password = secret(self._folder, own.password_file) if own.password_file else ""
        try:
            trust = ssl.create_default_context(cafile=self._folder / own.authority if own.authority else None)
            with self._connected(trust) as server:
                if own.user:
                    server.login(own.user, password)
                yield server
        except smtplib.SMTPResponseException as error:
            raise AlertError(f"the mail server answered {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise AlertError(f"the mail server cannot be used: {type(error).__name__}") from None

    @contextmanager
    def _connected(self, trust: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
        own = self._settings
        if own.security == "tls":
            with smtplib.SMTP_SSL(own.host, own.port, self._domain, timeout=TIMEOUT, context=trust) as server:
                yield server
            return
        with smtplib.SMTP(own.host, own.port, self._domain, timeout=TIMEOUT) as plain:
            # Raises where the server, or somebody on the way, offers none.
            plain.starttls(context=trust)
            yield plain
