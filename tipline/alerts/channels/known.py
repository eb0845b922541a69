"""The ways that an agency's settings name."""

from __future__ import annotations

from pathlib import Path

from tipline.alerts.channels.channel import Channel
from tipline.alerts.channels.mail import Mail
from tipline.alerts.channels.ntfy import Ntfy
from tipline.alerts.channels.webhook import Webhook
from tipline.alerts.settings import AlertsSettings


def of(settings: AlertsSettings, folder: Path) -> tuple[Channel, ...]:
    """Return the ways of *settings*, whose files lie in *folder* where their paths are relative."""
    found: list[Channel] = [Mail(settings.smtp, folder)] if settings.smtp else []
    found += [Webhook(one, folder, number) for number, one in enumerate(settings.webhook, 1)]
    found += [Ntfy(settings.ntfy, folder)] if settings.ntfy else []
    return tuple(found)
