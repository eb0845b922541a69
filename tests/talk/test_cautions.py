"""Cautions: questions that identify, in each language that there are templates in, and words of the tip."""

from __future__ import annotations

import pytest

from tipline.talk import cautions, starters

ASKING = {
    "name": [
        "What is your name?", "¿Cómo se llama?", "Comment vous appelez-vous ?",
        "Qual é o seu nome?", "ما اسمك؟", "Как вас зовут?", "您叫什么名字？", "आपका नाम क्या है?",
    ],
    "address": [
        "Where do you live?", "¿Dónde vive?", "Où habitez-vous ?", "Onde mora?", "أين تسكن؟",
        "Где вы живёте?", "您住在哪里？", "आप कहाँ रहते हैं?",
    ],
    "contact": [
        "Can we call you?", "Díganos su teléfono.", "Votre numéro ?", "Qual é o seu telefone?",
        "ما رقم هاتفك؟", "Ваш номер телефона?", "您的电话是多少？", "आपका मोबाइल नंबर?",
    ],
    "work": [
        "Where do you work?", "¿Dónde trabaja?", "Où travaillez-vous ?", "Onde trabalha?",
        "أين تعمل؟", "Где вы работаете?", "您在哪里工作？", "आप कहाँ काम करते हैं?",
    ],
    "relation": [
        "Are you his brother?", "¿Es su hermano?", "Quel âge avez-vous ?", "Quantos anos tem?",
        "كم عمرك؟", "Сколько вам лет?", "您多大了？", "आपकी उम्र क्या है?",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "asked"), [(kind, one) for kind, asked in ASKING.items() for one in asked])
def test_what_identifies_is_found(kind: str, asked: str):
    """In the middle of other words, and the words are named."""
    found = {one.kind: one for one in cautions.of(f"Thank you. {asked} Goodbye.", [])}
    assert kind in found
    assert all(words for words in found[kind].words)


@pytest.mark.parametrize(
    "asked",
    [
        "Thank you. Write again.", "At what time did the van leave?", "What colour was it?",
        "How many people?",
        "¿A qué hora salió?", "Quelle couleur ?", "ما لون السيارة؟", "Какого цвета машина?",
        "车是什么颜色的？",
    ],
)  # fmt: skip
def test_what_does_not_is_let_pass(asked: str):
    assert cautions.of(asked, ["The van left at six."]) == ()


def test_words_of_the_tip_are_found():
    """A whole sentence, or a phrase of six words; the reply says no more than the tip did."""
    tip = "The blue van comes to pier seven. They unload it at night and drive to the old mill."
    (found,) = cautions.of("You wrote that they unload it at night and drive to a mill. Thank you.", [tip])
    assert (found.kind, found.words) == ("repeats", ("they unload it at night and drive to",))


def test_having_read_it_is_about_these_words():
    """Another reply, or another caution, is to be read again."""
    one, other = cautions.of("Your name?", []), cautions.of("Your name and your address?", [])
    marks = {
        cautions.mark("Your name?", one),
        cautions.mark("Your name!", one),
        cautions.mark("Your name?", other),
    }
    assert len(marks) == 3


def test_there_are_rules_for_every_language_of_the_templates():
    assert cautions.languages() == {one.lang for one in starters.all_()}
