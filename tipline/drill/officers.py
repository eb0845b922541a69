"""What an officer does in the drill, through the console's own pages and the forms that stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx

from tipline.errors import DrillError
from tipline.setup.plan import OfficerPlan

_CASE = re.compile(r"/case/\d+")


@dataclass
class Form:
    """A form of a page: where it goes, and its fields; of a choice all *options*, and the first is taken."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)


class Page(HTMLParser):
    """The links and forms of a page, and its *text*."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.text = ""
        self._select = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a link, a form or a field says."""
        named = {name: value or "" for name, value in attrs}
        name, value = named.get("name", ""), named.get("value", "")
        if tag == "a":
            self.links.append(named.get("href", ""))
        elif tag == "form":
            self.forms.append(Form(named.get("action", "")))
        elif self.forms and tag in ("input", "textarea") and name:
            self.forms[-1].fields[name] = value
        elif self.forms and tag == "select":
            self._select = name
        elif self.forms and tag == "option" and value:
            self.forms[-1].options.setdefault(self._select, []).append(value)
            self.forms[-1].fields.setdefault(self._select, value)

    def handle_data(self, data: str) -> None:
        """Take the words."""
        self.text += data


class Officer:
    """An officer at the console, signed in inside `with`."""

    def __init__(self, url: str, plan: OfficerPlan) -> None:
        self._plan = plan
        self._browser = httpx.Client(base_url=url, headers={"Sec-Fetch-Site": "same-origin"}, timeout=60)

    def __enter__(self) -> Self:
        """Sign in. Raises DrillError when the console does not let the officer in."""
        form = self._form(self._open("/sign-in"), "/sign-in")
        self._submit(form, name=self._plan.name, passphrase=self._plan.passphrase)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Sign out."""
        if error is None:
            self._submit(self._form(self._open("/"), "/sign-out"))
        self._browser.close()

    def cases(self) -> list[str]:
        """Return the paths of the cases in the inbox."""
        links = (urlsplit(link).path for link in self._open("/").links)
        return list(dict.fromkeys(path for path in links if _CASE.fullmatch(path)))

    def read(self, case: str) -> str:
        """Open a case; return all its words."""
        return self._open(case).text

    def files(self, case: str) -> Iterator[bytes]:
        """Have pictures made of every file of a case, and save each behind its warning."""
        for form in self._open(case).forms:
            if form.action.endswith("/preview"):
                file = form.action.removesuffix("/preview")
                self._submit(form)
                self._submit(replace(form, action=f"{file}/check"))
                yield self._submit(replace(form, action=file)).content

    def route(self, case: str) -> None:
        """Pass the case on to the first unit offered."""
        self._submit(self._form(self._open(case), "/route"))

    def reply(self, case: str, text: str) -> None:
        """Send an answer."""
        self._submit(self._form(self._open(case), "/reply"), text=text, act="send")

    def report(self, case: str, text: str) -> None:
        """Save a version of the case's report."""
        self._submit(self._form(self._open(f"{case}/report"), "/report"), text=text, act="save")

    def note(self, case: str, text: str) -> None:
        """Keep a note for the officer's desk."""
        self._submit(self._form(self._open(case), "/note"), text=text)

    def ask(self, case: str, text: str) -> None:
        """Give triage a question for the tipster."""
        self._submit(self._form(self._open(case), "/question"), text=text)

    def _open(self, path: str) -> Page:
        answer = self._browser.get(path)
        if answer.status_code != httpx.codes.OK:
            raise DrillError(f"the console answered {answer.status_code} for {path}")
        return Page(answer.text)

    def _form(self, page: Page, action: str) -> Form:
        for form in page.forms:
            if form.action.endswith(action):
                return form
        raise DrillError(f"the console shows no form for {action}")

    def _submit(self, form: Form, **fields: str) -> httpx.Response:
        sent: Mapping[str, str] = {**form.fields, **fields}
        answer = self._browser.post(form.action, data=dict(sent))
        if answer.status_code not in (httpx.codes.OK, httpx.codes.SEE_OTHER):
            raise DrillError(f"the console answered {answer.status_code} to {form.action}")
        return answer
