"""Vectors of the JSON of a message."""

from __future__ import annotations

import json
from typing import Any

from tests.seal.making.book import Book, b64, seed
from tests.seal.node import Node
from tipline.seal import receipt
from tipline.seal.suite import HYBRID


def a_message(**changes: Any) -> dict[str, Any]:
    """Return a message's fields as JSON has them."""
    keys = receipt.keys(HYBRID, seed("receipt", 16), b"agency-1")
    fields: dict[str, Any] = {
        "kind": "tip",
        "via": "page",
        "lang": "en",
        "category": "drugs",
        "danger": "no",
        "desk": b64(bytes(range(16))),
        "acknowledgement": b64(keys.acknowledgement),
        "thread": b64(keys.thread),
        "counter": 0,
        "text": "A lorry comes every Tuesday.",
        "files": [],
        "dummies": [],
    }
    return {**fields, **changes}


def a_file(**changes: Any) -> dict[str, Any]:
    fields = {
        "name": "photo.jpg",
        "type": "image/jpeg",
        "size": 1048577,
        "key": b64(seed("file")),
        "parcels": [],
    }
    return {**fields, "parcels": [b64(seed("parcel 1")), b64(seed("parcel 2"))], **changes}


TEXTS = {
    "several scripts": "Ελληνικά, кириллица, العربية ٣, עברית, हिन्दी, 漢字, ไทย, ጽሑፍ, emoji 👩🏽‍🚒",
    "quotes, escapes and controls": '"\\/\b\f\n\r\t\0\x1f\x7f\u2028\u2029\ufeff</script>',
}


def messages(_: Node) -> Book:
    book = Book("messages.json", "The JSON of a message: section 4")
    accepted = {
        "a tip": {},
        "a follow-up": {"kind": "follow-up", "counter": 3, "danger": "unsure"},
        "the largest counter": {"counter": 2**53 - 1},
        "a file and a dummy": {"files": [a_file()], "dummies": [b64(seed("dummy"))]},
        "256 parcels": {"files": [a_file(parcels=[b64(seed("p"))] * 200)], "dummies": [b64(seed("d"))] * 56},
        "64 files": {"files": [a_file(parcels=[], size=0)] * 64},
        "a long language": {"lang": "zh-Hant-HK-x1"},
        "an empty text": {"text": ""},
        **{name: {"text": text, "via": "plain"} for name, text in TEXTS.items()},
        "a right-to-left file name": {"files": [a_file(name="صورة\u202egpj.exe")]},
    }
    for name, changes in accepted.items():
        book.gives(f"{name}, written", "message.encode", message=a_message(**changes))
        written = book.vectors[-1]["gives"]["json"]
        book.gives(f"{name}, read", "message.decode", json={"utf8": written})
    plain = {"v": 1, **a_message()}

    def text_of(fields: Any) -> dict[str, str]:
        return {"utf8": json.dumps(fields, ensure_ascii=False)}

    book.gives("fields in another order", "message.decode", json=text_of(dict(reversed(plain.items()))))
    spaced = json.dumps(plain, indent=2).replace("lorry", "l\\u006frry")
    book.gives("blanks and escapes", "message.decode", json={"utf8": "\r\n\t" + spaced + " "})
    surrogates = json.dumps({**plain, "text": TEXTS["several scripts"]})
    book.gives("a surrogate pair, escaped", "message.decode", json={"utf8": surrogates})
    twice = json.dumps(plain)[:-1] + ', "text": "the last one counts"}'
    book.gives("a field twice", "message.decode", json={"utf8": twice})
    refused: dict[str, Any] = {
        "not JSON": {"utf8": "tip"},
        "nothing": "",
        "an array": {"utf8": "[1]"},
        "null": {"utf8": "null"},
        "something after the end": {"join": [text_of(plain), b64(b"{}")]},
        "not UTF-8": {"join": [text_of(plain), b64(b"\xff")]},
        "a byte order mark": {"join": [b64(b"\xef\xbb\xbf"), text_of(plain)]},
        "UTF-16": b64(json.dumps(plain).encode("utf-16-le")),
        "a surrogate in UTF-8": b64(b'{"\xed\xa0\x80":1}'),
        "a field missing": text_of({name: value for name, value in plain.items() if name != "dummies"}),
        "a field too many": text_of({**plain, "more": 1}),
        "a number with a fraction": {"utf8": json.dumps(plain).replace('"counter": 0', '"counter": 0.0')},
        "a number with an exponent": {"utf8": json.dumps(plain).replace('"counter": 0', '"counter": 0e0')},
        "version 1.0": {"utf8": json.dumps(plain).replace('"v": 1', '"v": 1.0')},
        "half a surrogate pair": {"utf8": json.dumps({**plain, "text": "\ud83d"})},
        "half a surrogate pair in a file name": {
            "utf8": json.dumps({**plain, "files": [a_file(name="\ude00")]})
        },
        "a control character in a string": {
            "utf8": json.dumps({**plain, "text": "X"}).replace('"X"', '"\n"')
        },
    }
    changes: dict[str, dict[str, Any]] = {
        "version 2": {"v": 2},
        "version true": {"v": True},
        "version as text": {"v": "1"},
        "an unknown kind": {"kind": "spam"},
        "a kind that is a list": {"kind": ["tip"]},
        "an unknown via": {"via": "post"},
        "a language that is none": {"lang": "e"},
        "a language with a line end": {"lang": "en\n"},
        "a category in capitals": {"category": "Drugs"},
        "a category that is too long": {"category": "d" * 33},
        "an empty category": {"category": ""},
        "an unknown danger": {"danger": "maybe"},
        "a desk of 15 bytes": {"desk": b64(bytes(15))},
        "a desk that is a number": {"desk": 7},
        "base64 with padding": {"desk": b64(bytes(16)) + "=="},
        "base64 with its last bits set": {"desk": b64(bytes(16))[:-1] + "B"},
        "base64 of the other alphabet": {"desk": "+" + b64(bytes(16))[1:]},
        "base64 with a blank": {"desk": b64(bytes(16)) + " "},
        "base64 with a digit of another script": {"desk": "٣" + b64(bytes(16))[1:]},
        "an acknowledgement key of 31 bytes": {"acknowledgement": b64(bytes(31))},
        "a thread of 17 bytes": {"thread": b64(bytes(17))},
        "a negative counter": {"counter": -1},
        "a counter of 2^53": {"counter": 2**53},
        "a counter as text": {"counter": "0"},
        "a counter that is true": {"counter": True},
        "a counter that is null": {"counter": None},
        "a text that is a list": {"text": []},
        "files that are an object": {"files": {}},
        "65 files": {"files": [a_file(parcels=[])] * 65},
        "257 parcels": {"files": [a_file(parcels=[b64(seed("p"))] * 200)], "dummies": [b64(seed("d"))] * 57},
        "a file that is text": {"files": ["photo.jpg"]},
        "a file without type": {"files": [{k: v for k, v in a_file().items() if k != "type"}]},
        "a file with a field too many": {"files": [a_file(path="C:\\")]},
        "a file with a negative size": {"files": [a_file(size=-1)]},
        "a file whose key is short": {"files": [a_file(key=b64(bytes(31)))]},
        "a parcel that is no id": {"files": [a_file(parcels=["AA"])]},
        "a dummy that is null": {"dummies": [None]},
    }
    for name, json_bytes in {
        **refused,
        **{name: text_of({**plain, **with_}) for name, with_ in changes.items()},
    }.items():
        book.fails("message", name, "message.decode", json=json_bytes)
    return book
