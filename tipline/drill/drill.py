"""The whole drill: plant canaries in a real stack, walk every way of a tip, then search everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tipline.drill import canaries, encodings, tipster
from tipline.drill.allowed import CONTROL
from tipline.drill.canaries import Answer, Receipt, Visitor, Words
from tipline.drill.encodings import Needle
from tipline.drill.officers import Officer
from tipline.drill.places import Searched, search_folder, search_processes
from tipline.drill.report import Report
from tipline.drill.search import Sieve
from tipline.drill.stack import SETTINGS, Stack, small_plan
from tipline.errors import DrillError
from tipline.seal import receipt
from tipline.seal.suite import HYBRID, Suite
from tipline.setup.plan import Plan

Tell = Callable[[str], None]

#: Of these the memory is searched: intake's includes the listener of the plain pages.
SEARCHED_PROGRAMS = ("intake", "collector")


def run(
    folder: Path,
    tell: Tell,
    commands: Mapping[str, Sequence[str]] | None = None,
    suite: Suite = HYBRID,
) -> Report:
    """Run the drill in the empty *folder*, for an agency of *suite*, and return its report.

    *commands* puts other programs in the place of Tipline's own, as Stack does. Raises DrillError when the
    way of a tip could not be walked to its end, for then nothing was proved.
    """
    tell("making an agency and starting its programs")
    stack = Stack(folder, replace(_plan(), suite=suite), commands)
    with stack:
        lasting = _processes(stack)
        needles = _walk(stack, tell)
        stack.wait(
            lambda: _processes(stack) <= lasting, "a process that served the plain pages outlived its request"
        )
        control = encodings.of_text(CONTROL, stack.agency.fingerprint.hex())
        sieve = Sieve((*needles, *control))
        searched = [*_memory(stack, sieve, tell), *_disk(stack, sieve, tell, "while running")]
    searched += _disk(stack, sieve, tell, "after the end")
    return Report(needles, tuple(searched))


def _plan() -> Plan:
    """Officers whose passphrases exist nowhere else, and a proxy that names every visitor's address."""
    plan = small_plan({"proxy_hops": 1})
    officers = tuple(replace(officer, passphrase=canaries.passphrase()) for officer in plan.officers)
    return replace(plan, officers=officers, settings=SETTINGS)


def _walk(stack: Stack, tell: Tell) -> tuple[Needle, ...]:
    """Two tips, sealed and plain, from their sending to the reading of the answer."""
    keyring = stack.keyring()
    words, plain, answer = Words(), Words(), Answer(stack.officers)
    sender = Visitor("sealed tip's", canaries.ipv6())
    writer = Visitor("plain tip's", canaries.ipv4("203.0.113"))
    stray = Visitor("stray visitor's", canaries.ipv4("198.51.100"))

    tell("sending a sealed tip with a file, a plain tip, and words that belong nowhere")
    entropy = receipt.generate()
    sealed = tipster.seal(keyring, words, entropy)
    tipster.send(stack.public_url, sealed, sender.headers)
    mark = canaries.mark()
    tipster.blunder(stack.public_url, mark, stray.headers)
    plain_entropy = tipster.tell_plainly(stack.plain_url, plain.text, writer.headers)

    tell("collecting, opening, routing, answering, writing reports, notes and questions")
    _answer(stack, words, plain, answer)

    tell("reading the answers")
    stack.wait(
        lambda: answer.reply in tipster.read(stack.public_url, keyring, entropy, sender.headers),
        "the answer is not on the board",
    )
    stack.wait(
        lambda: answer.reply in tipster.read_plainly(stack.plain_url, plain_entropy, writer.headers),
        "the plain pages do not show the answer",
    )
    return (
        *words.needles("sealed tip's"),
        *plain.text_needles("plain tip's"),
        *canaries.of_marks("stray visitor's words", mark),
        *Receipt("sealed tip's", keyring.suite, entropy, keyring.agency).needles(),
        *Receipt("plain tip's", keyring.suite, plain_entropy, keyring.agency).needles(),
        *canaries.of_envelope("sealed tip's", sealed.envelope, sealed.key),
        *canaries.of_file_key("sealed tip's", keyring.suite, sealed.file_key),
        *(needle for visitor in (sender, writer, stray) for needle in visitor.needles()),
        *answer.needles(),
    )


def _answer(stack: Stack, words: Words, plain: Words, answer: Answer) -> None:
    triage, unit = stack.officers
    with Officer(stack.console_url, triage) as officer:
        cases = stack.wait(lambda: _both(officer.cases()), "the tips did not reach the inbox")
        told = {case: officer.read(case) for case in cases}
        for text in (words.text, plain.text):
            if not any(text in said for said in told.values()):
                raise DrillError("a tip did not reach the desk word for word")
        if words.file not in [file for case in cases for file in officer.files(case)]:
            raise DrillError("the file did not reach the desk byte for byte")
        for case in cases:
            officer.route(case)
            officer.reply(case, answer.reply)
            officer.report(case, answer.report)
            officer.note(case, answer.note)
            if not all(text in officer.read(case) for text in (answer.reply, answer.note)):
                raise DrillError("the console does not show what was answered")
    with Officer(stack.console_url, unit) as officer:
        cases = officer.cases()
        if not all(any(text in officer.read(case) for case in cases) for text in (words.text, plain.text)):
            raise DrillError("what was routed did not reach the unit")
        for case in cases:
            officer.ask(case, answer.question)
            officer.note(case, answer.note)


def _processes(stack: Stack) -> set[int]:
    return {pid for name in SEARCHED_PROGRAMS for pid in stack.processes(name)}


def _both(cases: list[str]) -> list[str]:
    return cases if len(cases) == 2 else []


def _memory(stack: Stack, sieve: Sieve, tell: Tell) -> list[Searched]:
    """Intake's processes, the plain pages' listener among them, and the collector's."""
    return [
        search_processes(f"{name}'s memory", stack.processes(name), sieve, tell) for name in SEARCHED_PROGRAMS
    ]


def _disk(stack: Stack, sieve: Sieve, tell: Tell, when: str) -> list[Searched]:
    """Everything that the programs can write: both data folders, temp and home folders, logs."""
    folders = {
        "relay's data": "data/relay",
        "agency's data": "data/agency",
        "offline folder": "data/offline",
        "temp folder": "temp",
        "home folder": "home",
        "logs": "logs",
    }
    return [
        search_folder(f"{name}, {when}", stack.folder / below, sieve, tell) for name, below in folders.items()
    ]
