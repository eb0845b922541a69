"""The whole way of a tip, through the real pages, in real browsers, as people walk it."""

from __future__ import annotations

import hashlib
import random
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.browser.conftest import Agency, Browser, eventually
from tests.browser.pictures import jpeg_with_place
from tipline import db, tables
from tipline.demo import tips
from tipline.keys import epoch_rows

OVERSIGHT = "police-officials"
TIPS = {item["category"]: item for item in tips.sample() if item["category"] != OVERSIGHT}
#: Which unit each crime goes to, an officer of it, and one who must never see it.
UNITS = {
    "human-trafficking": ("Human trafficking", "Jonas", "Amina"),
    "drugs": ("Narcotics", "Amina", "Jonas"),
    "cybercrime": ("Cybercrime", "Li", "Olga"),
    "money-laundering": ("Financial crime", "Li", "Amina"),
    "terrorism-financing": ("Financial crime", "Li", "Olga"),
    "wildlife": ("Wildlife", "Olga", "Li"),
    "arms": ("Firearms", "Olga", "Jonas"),
}
#: In every run three of them go the whole way; the others do in the long proofs.
SOME = [
    category
    if category in {"human-trafficking", "cybercrime", "money-laundering"}
    else pytest.param(category, marks=pytest.mark.assurance)
    for category in TIPS
]


@dataclass
class Told:
    """A tip as it was sent from a browser."""

    category: str
    text: str
    reply: str
    receipt: str
    files: list[Path] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=dict)


Sent = dict[str, Told]
#: By category, what the console showed of each.
Cases = dict[str, dict[str, Any]]


def attachments(category: str, folder: Path) -> list[Path]:
    """One tip has a photograph that says where it was taken, one a file of 20 MB."""
    if category == "wildlife":
        return [jpeg_with_place(folder / "IMG_20260101_scales.jpg")]
    if category == "money-laundering":
        large = folder / "ledger 2026 (J. Dupont).bin"
        large.write_bytes(random.Random(7).randbytes(20_000_000))
        small = folder / "note.txt"
        small.write_text("deux bordereaux\n")
        return [large, small]
    return []


def answered(browser: Browser, do: str, **what: Any) -> dict[str, Any]:
    """Come back until there is an answer."""

    def look() -> dict[str, Any] | None:
        found = browser(do, **what)
        return found if found["replies"] else None

    found: dict[str, Any] = eventually(look, "the answer never came")
    return found


@pytest.fixture(scope="session")
def told(running: Agency, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Sent:
    """All seven tips, sent through the page in Chromium."""
    sent = {}
    for category, item in TIPS.items():
        files = attachments(category, tmp_path_factory.mktemp("files"))
        answer = chromium(
            "tell",
            url=running.public,
            category=category,
            danger=item["danger"],
            text=item["text"],
            files=[str(path) for path in files],
        )
        sent[category] = Told(category, item["text"], item["reply"], answer["receipt"], files, answer)
    return sent


@pytest.fixture(scope="session")
def worked(running: Agency, chromium: Browser, told: Sent) -> Cases:
    """Each tip opened, its files downloaded, routed and answered at the console, in Chromium, by Maria."""
    found = {}
    for category, tip in told.items():
        unit = UNITS[category][0]
        found[category] = eventually(
            lambda tip=tip, unit=unit: chromium(
                "work", **running.officer("Maria"), words=tip.text, unit=unit, reply=tip.reply
            ).get("found"),
            f"{category} never arrived",
        )
    return found


def test_nothing_of_a_visit_stays_in_the_page(told: Sent):
    """No cookie, no storage, no word in the page after sending, nothing in the address."""
    for tip in told.values():
        answer = tip.answer
        assert (answer["cookies"], answer["storage"], answer["databases"]) == (0, 0, 0)
        assert answer["wordsLeft"] is False
        assert answer["address"] == "/"


def test_the_page_asks_nobody_else(running: Agency, told: Sent):
    """Every request of a visit goes to the relay itself."""
    for tip in told.values():
        assert {url.split(" ")[1].startswith(running.public) for url in tip.answer["requests"]} == {True}


@pytest.mark.parametrize("category", TIPS)
def test_a_tip_is_opened_word_for_word(worked: Cases, told: Sent, category: str):
    """The officer reads what was typed, in whatever script."""
    assert worked[category]["text"] == told[category].text


@pytest.mark.parametrize("category", ["wildlife", "money-laundering"])
def test_files_arrive_byte_for_byte(worked: Cases, told: Sent, category: str):
    """What was attached is what is downloaded, and its name is not."""
    expected = [hashlib.sha256(path.read_bytes()).hexdigest() for path in told[category].files]
    assert [file["sha256"] for file in worked[category]["files"]] == expected
    for number, (file, path) in enumerate(
        zip(worked[category]["files"], told[category].files, strict=True), start=1
    ):
        assert file["name"].endswith(f"-file-{number}{path.suffix}")
        assert path.stem not in file["name"]


@pytest.mark.parametrize("category", SOME)
def test_the_unit_reads_what_was_routed_and_no_other_does(
    running: Agency,
    chromium: Browser,
    worked: Cases,
    told: Sent,
    category: str,
):
    """Routing gives one unit the tip; an officer of another does not see that it exists."""
    _, member, stranger = UNITS[category]
    address = worked[category]["address"]
    seen = chromium("readCase", **running.officer(member), address=address)
    assert seen["text"] == told[category].text
    assert seen["canReply"] is False
    refused = chromium("readCase", **running.officer(stranger), address=address)
    assert refused["status"] == 404
    assert told[category].text.split("\n")[0] not in refused["shown"]


@pytest.mark.parametrize("category", SOME)
def test_the_answer_is_read_with_the_receipt(
    running: Agency,
    chromium: Browser,
    worked: Cases,
    told: Sent,
    category: str,
):
    """Typed in small letters without blanks, the receipt finds the answer and the sign of arrival."""
    receipt = told[category].receipt.replace("-", "").replace(" ", "").lower()
    phone = {"width": 390, "height": 844}
    answer = answered(chromium, "comeBack", url=running.public, receipt=receipt, size=phone)
    assert answer["replies"] == [told[category].reply]
    assert int(answer["days"]) >= 1


def test_nobody_can_tell_who_came_back(running: Agency, chromium: Browser, worked: Cases, told):
    """Right, wrong and mistyped receipts make the same requests as a visit that only looks."""
    strange = "0000-0000-0000-0000-0000-0000-0000"
    mistyped = told["drugs"].receipt[:-1] + ("0" if told["drugs"].receipt[-1] != "0" else "1")
    visits = [
        chromium("comeBack", url=running.public, receipt=receipt)
        for receipt in (told["drugs"].receipt, strange, mistyped)
    ]
    visits.append(chromium("look", url=running.public))
    assert len({tuple(sorted(visit["requests"])) for visit in visits}) == 1
    assert visits[2]["problem"]


def test_a_tipster_writes_again_and_is_known_by_the_receipt(
    running: Agency, chromium: Browser, worked: Cases, told: Sent
):
    """A later message reaches the same case, as verified."""
    more = "Van left by the harbour road, plates covered with mud."
    chromium(
        "followUp",
        url=running.public,
        receipt=told["human-trafficking"].receipt,
        text=more,
        category="human-trafficking",
    )
    address = worked["human-trafficking"]["address"]
    seen = eventually(
        lambda: (
            (case := chromium("readCase", **running.officer("Maria"), address=address))
            and more in case["shown"]
            and case
        ),
        "the second message never came",
    )
    assert "unverified" not in seen["shown"].lower()


def test_a_later_message_looks_like_a_first_one(running: Agency, chromium: Browser, told: Sent):
    """Whoever sees the requests sees the same ones, but for the random name of what is sent."""
    what = {"url": running.public, "receipt": told["drugs"].receipt, "category": "drugs"}
    later = chromium("followUp", **what, text="One more thing, much shorter than the first.")
    first = told["drugs"].answer
    asked = [
        sorted(re.sub(r"/e/[0-9a-f]{64}", "/e/", one) for one in visit["requests"])
        for visit in (first, later)
    ]
    assert asked[0] == asked[1]
    assert sum("/e/" in one for one in asked[0]) == 1


def test_firefox_as_tor_browser_safer(running: Agency, firefox: Browser, chromium: Browser):
    """Without WebAssembly and compilers the whole way works as well."""
    item = TIPS["terrorism-financing"]
    text = item["text"] + "\n(Firefox)"
    answer = firefox(
        "tell", url=running.public, category=item["category"], danger=item["danger"], text=text, files=[]
    )
    case = eventually(
        lambda: chromium(
            "work", **running.officer("Maria"), words=text, unit="Financial crime", reply=item["reply"]
        ).get("found"),
        "the tip from Firefox never arrived",
    )
    assert case["text"] == text
    back = answered(firefox, "comeBack", url=running.public, receipt=answer["receipt"])
    assert back["replies"] == [item["reply"]]


def test_without_javascript(running: Agency, chromium: Browser):
    """The plain pages take a tip and show its answer; the officer sees how it came."""
    item = TIPS["arms"]
    text = item["text"] + "\n(sem JavaScript)"
    answer = chromium("tellPlain", url=running.public, category=item["category"], danger="no", text=text)
    case = eventually(
        lambda: chromium(
            "work", **running.officer("Maria"), words=text, unit="Firearms", reply=item["reply"]
        ).get("found"),
        "the plain tip never arrived",
    )
    assert case["text"].replace("\r\n", "\n") == text
    back = answered(chromium, "comeBackPlain", url=running.public, receipt=answer["receipt"])
    assert [one.strip() for one in back["replies"]] == [item["reply"]]
    assert back["cookies"] == 0


def test_send_stays_shut_without_keys(running: Agency, chromium: Browser):
    """No keyring or no code: Send cannot be reached, and no form could carry words away."""
    for block in ("/keyring", "/static/tip.js"):
        seen = chromium("look", url=running.public, block=block)
        assert seen["open"][1] is False
        assert (seen["forms"], seen["named"]) == (0, 0)


def test_keys_that_change_while_somebody_types_lose_nothing(
    running: Agency, chromium: Browser, tmp_path: Path
):
    """The page is told, fetches the new keys and seals anew; the photograph is not sent a second time."""
    text, typed = "I saw the same van again.\n(while the keys changed)", tmp_path / "typed"
    photograph = jpeg_with_place(tmp_path / "IMG_20260102_van.jpg")

    def roll() -> None:
        eventually(typed.exists, "nothing was typed")
        engine = db.open_engine(running.demo.console_settings.parent / "console.db")
        with db.writing(engine) as connection:
            newest = connection.scalar(select(func.max(tables.epoch.c.epoch)))
            epoch_rows.raise_floor(connection, newest + 1)
        engine.dispose()

    rolling = threading.Thread(target=roll)
    rolling.start()
    answer = chromium(
        "tell", url=running.public, category="wildlife", danger="no", text=text, files=[str(photograph)],
        typed=str(typed),
    )  # fmt: skip
    rolling.join()
    puts = Counter(line.split("/")[-2] for line in answer["requests"] if line.startswith("PUT"))
    assert puts == {"p": 1, "e": 2}
    case = eventually(
        lambda: chromium(
            "work", **running.officer("Maria"), words=text, unit="Wildlife", reply="Thank you."
        ).get("found"),
        "the tip never arrived",
    )
    assert case["text"] == text
    assert len(case["files"]) == 1
