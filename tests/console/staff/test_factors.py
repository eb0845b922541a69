"""Between passphrase and inbox: the second factor, and being asked for it again."""

from __future__ import annotations

import html
import re

import pyotp
import pytest

from tests.conftest import PASSPHRASE
from tests.console.conftest import Browser, Desk, settings_of
from tests.console.test_role import filled, role_at, routes
from tests.factors.authenticator import Key
from tipline import clock
from tipline.cases import audit
from tipline.console import role
from tipline.console.app import create_app
from tipline.console.staff import factors as pages
from tipline.console.store import FRESH_SECONDS, HALF_SECONDS

ORIGIN = "http://localhost:8090"
BOTH = "webauthn or totp"
_OPTIONS = re.compile(r'data-options="([^"]+)"')
_SECRET = re.compile(r'<code class="secret">([^<]+)</code>')


def options(page: str) -> str:
    return html.unescape(_OPTIONS.search(page)[1])


def secret(page: str) -> str:
    return _SECRET.search(page)[1].replace(" ", "")


@pytest.fixture
def desk(agency_) -> Desk:
    """A console that wants a second factor, of either kind."""
    return Desk(agency_, create_app(settings_of(agency_, factors=BOTH), agency_.engine))


@pytest.fixture
def now(desk: Desk) -> list[float]:
    """The store's clock in the test's hand."""
    hand = [0.0]
    desk.app.extensions["tipline.store"]._now = lambda: hand[0]
    return hand


def half(desk: Desk, name: str = "Alice") -> Browser:
    """A browser that has given the passphrase."""
    browser = Browser(desk.app.test_client(), base=ORIGIN)
    browser.get("/sign-in")
    assert browser.post("/sign-in", name=name, passphrase=PASSPHRASE).location == "/sign-in/factor"
    return browser


def enrolled(desk: Desk, key: Key, name: str = "Alice") -> Browser:
    """A browser whose officer has just enrolled a key and is signed in."""
    browser = half(desk, name)
    page = browser.get("/sign-in/enrol").text
    answer = browser.post("/sign-in/enrol", name="Key", answer=key.create(options(page), ORIGIN))
    assert answer.location == "/"
    browser.get("/")
    return browser


def signed_in(desk: Desk, key: Key, name: str = "Alice") -> Browser:
    """A browser whose officer has used the key that is enrolled."""
    browser = half(desk, name)
    page = browser.get("/sign-in/factor").text
    assert browser.post("/sign-in/factor", answer=key.get(options(page), ORIGIN)).location == "/"
    browser.get("/")
    return browser


def test_a_half_session_reaches_nothing(desk: Desk):
    """Every route of the table but those of this step leads back to it, whatever is sent."""
    desk.agency.tip("secret words")
    browser = half(desk)
    browser.get("/sign-in/enrol")
    for endpoint, method, path in routes(desk.app):
        if role_at(desk, endpoint) in ("anyone", "half"):
            continue
        ask = browser.get if method == "GET" else browser.post
        answer = ask(filled(path))
        assert (answer.status_code, answer.location) == (303, "/sign-in"), path
        assert b"secret words" not in answer.data
    assert browser.get("/sign-in").location == "/sign-in/factor"
    assert desk.agency.count("audit") == 0


def test_the_step_is_for_nobody_else(desk: Desk):
    """Neither for strangers nor for who is in."""
    paths = [path for endpoint, _, path in routes(desk.app) if role_at(desk, endpoint) == "half"]
    assert len(paths) >= 4
    officer = enrolled(desk, Key())
    stranger = Browser(desk.app.test_client(), base=ORIGIN)
    stranger.get("/sign-in")
    for browser in (officer, stranger):
        for path in paths:
            assert browser.post(path).status_code in (303, 405)
            assert browser.get(path).status_code in (303, 405)
    assert officer.get("/").status_code == 200


def test_the_first_time_a_key_is_enrolled(desk: Desk):
    """Then it is asked for each time, and the audit says with what somebody signed in."""
    key = Key()
    enrolled(desk, key)
    signed_in(desk, key)
    with desk.agency.engine.connect() as connection:
        assert audit.verify(connection, desk.agency.desk()).seq == 2


def test_who_has_a_key_enrols_none_at_the_step(desk: Desk):
    """A passphrase alone would be enough then."""
    enrolled(desk, Key())
    thief = half(desk)
    thief.get("/sign-in/factor")
    assert thief.get("/sign-in/enrol").status_code == 404
    page = Browser(desk.app.test_client(), base=ORIGIN)
    assert (
        thief.post("/sign-in/enrol", name="Mine", answer=Key().create(_asked(desk), ORIGIN)).status_code
        == 404
    )
    assert page.get("/").location == "/sign-in"
    assert desk.agency.count("factor") == 1


def _asked(desk: Desk) -> str:
    """What another officer without a key is asked."""
    return options(half(desk, "Bob").get("/sign-in/enrol").text)


@pytest.mark.parametrize("field", ["answer", "code"])
def test_a_wrong_factor_opens_nothing_and_is_limited(desk: Desk, field: str):
    """Ten, then none for ten minutes, in whichever browser and with whatever name; other officers go on."""
    alans = Key()
    enrolled(desk, Key())
    enrolled(desk, alans, "Alan")
    statuses = []
    for _ in range(2):
        browser = half(desk)
        browser.get("/sign-in/factor")
        for number in range(6):
            fields = {field: "000000", "name": f"somebody {number}"}
            statuses.append(browser.post("/sign-in/factor", **fields).status_code)
        assert browser.get("/").location == "/sign-in"
    assert statuses == [403] * 10 + [429] * 2
    signed_in(desk, alans, "Alan")


def test_a_challenge_serves_once(desk: Desk):
    """An answer that was refused, or belongs to an older page, cannot be sent again."""
    key = Key()
    enrolled(desk, key)
    browser = half(desk)
    old = key.get(options(browser.get("/sign-in/factor").text), ORIGIN)
    page = browser.get("/sign-in/factor").text
    assert browser.post("/sign-in/factor", answer=old).status_code == 403
    assert browser.post("/sign-in/factor", answer=key.get(options(page), ORIGIN)).status_code == 403


def test_an_answer_confirms_once(desk: Desk):
    """Also that of a key without a counter: what was written down of it confirms nothing more."""
    key = Key(steps=0)
    browser = enrolled(desk, key)
    page = browser.get("/confirm").text
    answer = key.get(options(page), ORIGIN)
    assert browser.post("/confirm", answer=answer).status_code == 303
    assert browser.post("/confirm", answer=answer).status_code == 403


def test_anothers_key_does_not_let_in(desk: Desk):
    """Bob has Alice's passphrase and a key of his own that the console knows."""
    alices, bobs = Key(), Key()
    enrolled(desk, alices)
    enrolled(desk, bobs, "Bob")
    browser = half(desk)
    page = browser.get("/sign-in/factor").text
    assert browser.post("/sign-in/factor", answer=bobs.get(options(page), ORIGIN)).status_code == 403


def test_codes_of_a_telephone(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """Enrolled, asked for, and the same code not taken twice."""
    seconds = [1_800_000_000]
    monkeypatch.setattr(clock, "seconds", lambda: seconds[0])
    browser = half(desk)
    shown = pyotp.TOTP(secret(browser.get("/sign-in/enrol").text))
    assert browser.post("/sign-in/enrol", name="Telephone", code="000000").status_code == 403
    assert browser.post("/sign-in/enrol", name="Telephone", code=shown.at(seconds[0])).location == "/"
    seconds[0] += 60
    code = shown.at(seconds[0])
    for expected in (303, 403):
        again = half(desk)
        again.get("/sign-in/factor")
        assert again.post("/sign-in/factor", code=code).status_code == expected


def test_an_agency_without_codes_takes_none(agency_):
    """Not offered, not enrolled, and none that was enrolled earlier."""
    lax = Desk(agency_, create_app(settings_of(agency_, factors=BOTH), agency_.engine))
    browser = half(lax)
    shown = pyotp.TOTP(secret(browser.get("/sign-in/enrol").text))
    browser.post("/sign-in/enrol", name="Telephone", code=shown.now())
    strict = Desk(agency_, create_app(settings_of(agency_, factors="webauthn"), agency_.engine))
    alice, bob = half(strict), half(strict, "Bob")
    assert 'name="code"' not in alice.get("/sign-in/factor").text
    assert alice.post("/sign-in/factor", code=shown.at(clock.seconds() + 30)).status_code == 403
    assert 'class="secret"' not in bob.get("/sign-in/enrol").text
    assert bob.post("/sign-in/enrol", name="Telephone", code="123456").status_code == 403


def test_the_keys_of_a_half_session_go_after_ten_minutes(desk: Desk, now: list[float]):
    """Also when it asks for things all the time; going back forgets them at once."""
    browser = half(desk)
    (session,) = desk.app.extensions["tipline.store"]._sessions.values()
    now[0] += HALF_SECONDS
    assert browser.get("/sign-in/enrol").status_code == 200
    now[0] += 1
    assert browser.get("/sign-in/enrol").location == "/sign-in"
    assert session.half is None
    other = half(desk)
    other.get("/sign-in/enrol")
    assert other.post("/sign-in/leave").location == "/sign-in"
    assert all(one.held is None for one in desk.app.extensions["tipline.store"]._sessions.values())


def test_the_cookie_changes_at_both_steps(desk: Desk):
    """What was put there before opens nothing."""
    key = Key()
    enrolled(desk, key)
    browser, seen = Browser(desk.app.test_client(), base=ORIGIN), []

    def cookie() -> str:
        return browser.client.get_cookie("tipline-agency", domain="localhost").value

    browser.get("/sign-in")
    seen.append(cookie())
    browser.post("/sign-in", name="Alice", passphrase=PASSPHRASE)
    seen.append(cookie())
    page = browser.get("/sign-in/factor").text
    browser.post("/sign-in/factor", answer=key.get(options(page), ORIGIN))
    seen.append(cookie())
    assert len(set(seen)) == 3


def test_under_another_name_the_page_says_where_keys_work(desk: Desk):
    """A browser asks no key under an address."""
    browser = half(desk)
    browser.base = "http://127.0.0.1:8090"
    browser.client.set_cookie(
        "tipline-agency",
        browser.client.get_cookie("tipline-agency", domain="localhost").value,
        domain="127.0.0.1",
    )
    shown = browser.get("/sign-in/enrol").text
    assert ORIGIN in shown
    assert 'data-do="create"' not in shown


def add_act(desk: Desk) -> list[int]:
    """A sensitive act: what it did is in the list."""
    done: list[int] = []

    @role.role("officer")
    @role.sensitive("case.show")
    def act(number: int) -> str:
        done.append(number)
        return "done"

    desk.app.add_url_rule("/case/<int:number>/act", "act", act, methods=["POST"])
    return done


def test_a_sensitive_act_asks_again_after_five_minutes(desk: Desk, now: list[float]):
    """It leads back to the page of the act and does nothing by itself; then it is done."""
    done, key = add_act(desk), Key()
    desk.agency.tip()
    browser = enrolled(desk, key)
    browser.get("/case/1")
    assert browser.post("/case/1/act", text="marmalade").status_code == 200
    now[0] += FRESH_SECONDS
    assert browser.post("/case/1/act", text="marmalade").location == "/confirm"
    assert done == [1]
    page = browser.get("/confirm").text
    assert "marmalade" not in page
    assert browser.post("/confirm", answer=key.get(options(page), ORIGIN)).location == "/case/1"
    assert "Nothing was done yet" in browser.get("/case/1").text
    assert "Nothing was done yet" not in browser.get("/case/1").text
    assert done == [1]
    assert browser.post("/case/1/act").status_code == 200
    assert done == [1, 1]


def test_the_tipsters_own_words_are_given_to_a_unit_by_who_proves_to_be_there(desk: Desk, now: list[float]):
    """The report goes without; so does nothing that is taken from a unit."""
    key, unit = Key(), desk.agency.desk("Narcotics").hex()
    desk.agency.tip()
    browser = enrolled(desk, key)
    browser.get("/case/1")
    now[0] += FRESH_SECONDS
    assert browser.post("/case/1/route", unit=unit).location == "/case/1"
    for act in ("route", "give", "withdraw"):
        assert browser.post(f"/case/1/{act}", unit=unit, reason="exact").location == "/confirm", act
    browser.get("/confirm")
    page = browser.get("/confirm").text
    assert desk.agency.count("route") == 0
    assert browser.post("/confirm", answer=key.get(options(page), ORIGIN)).location == "/case/1"
    browser.get("/case/1")
    assert browser.post("/case/1/route", unit=unit, reason="exact").location == "/case/1"
    assert desk.agency.count("route") == 1


def test_a_wrong_factor_confirms_nothing(desk: Desk, now: list[float]):
    """Ten, and not one more."""
    done, key = add_act(desk), Key()
    desk.agency.tip()
    browser = enrolled(desk, key)
    now[0] += FRESH_SECONDS
    browser.get("/case/1")
    statuses = []
    for _ in range(11):
        statuses.append(browser.post("/confirm", answer="{}").status_code)
        assert browser.post("/case/1/act").location == "/confirm"
    assert statuses == [403] * 10 + [429]
    assert done == []


def test_a_demo_without_factors_asks_for_the_passphrase(agency_):
    """And says on every page that it signs in without one."""
    desk = Desk(agency_, create_app(settings_of(agency_), agency_.engine))
    hand, done = [0.0], add_act(desk)
    desk.app.extensions["tipline.store"]._now = lambda: hand[0]
    agency_.tip()
    browser = desk.browser("Alice")
    assert "without a second factor" in browser.get("/case/1").text
    hand[0] += FRESH_SECONDS
    assert browser.post("/case/1/act").location == "/confirm"
    browser.get("/confirm")
    assert browser.post("/confirm", passphrase="wrong horse battery").status_code == 403
    assert browser.post("/confirm", passphrase=PASSPHRASE).location == "/case/1"
    browser.get("/case/1")
    assert browser.post("/case/1/act").status_code == 200
    assert done == [1]


def test_nothing_but_a_demo_goes_without(agency_):
    """Real settings ask for a key, whatever they leave out; a demo can be told to."""
    wanted = {
        (False, None): ("webauthn",),
        (True, None): (),
        (True, "webauthn"): ("webauthn",),
        (False, BOTH): ("webauthn", "totp"),
    }
    for (demo, factors), kinds in wanted.items():
        assert settings_of(agency_, demo=demo, factors=factors).factor_kinds == kinds


def test_the_picture_of_a_secret_is_dots_alone():
    """Whatever is in an officer's name, the drawing says it in dots: no word of it becomes markup."""
    drawn = str(pages._picture('otpauth://totp/<script>alert(1)</script>"?secret=ABC'))
    assert set(re.findall(r"</?(\w+)", drawn)) == {"svg", "g", "path"}
    assert "alert" not in drawn
