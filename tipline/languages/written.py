"""In what language a text is written, as its letters say: the page that was chosen may be another one's.

Nothing leaves the machine: the model lies beside the library. It is asked where a text is opened.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

from tipline.languages import names

#: Less is a name or a number, and is in any language.
_LETTERS = 12
#: A letter of these scripts is worth a syllable or a word.
_DENSE_FROM, _DENSE_WORTH = 0x2E80, 3
_SURE = 0.6


@lru_cache(maxsize=1024)
def guess(text: str) -> str:
    """Return the code of the language that *text* is written in; empty where that is not clear."""
    letters = sum(_DENSE_WORTH if ord(one) >= _DENSE_FROM else 1 for one in text if one.isalpha())
    if letters < _LETTERS:
        return ""
    code, sure = _model().classify(text)
    return str(code) if sure >= _SURE else ""


@lru_cache(maxsize=1)
def _model() -> Any:
    # Read at the first need: it takes a second, and its memory.
    from py3langid import langid  # noqa: PLC0415

    logging.getLogger(langid.__name__).setLevel(logging.ERROR)
    model = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    model.set_languages(sorted(set(model.labels) & {*names.NAMES, "nn"}))
    return model
