"""A language for tests: a catalogue of a few sentences, as gettext reads it."""

import struct
from pathlib import Path


def write_catalogue(folder: Path, language: str, sentences: dict[str, str]) -> None:
    """Write `folder/LANGUAGE/LC_MESSAGES/django.mo` (gettext manual, 10.3) with these translations."""
    head = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    pairs = sorted(({"": head} | sentences).items(), key=lambda pair: pair[0].encode())
    start = 28 + 16 * len(pairs)
    texts, tables = b"", [[], []]
    for side in (0, 1):
        for pair in pairs:
            raw = pair[side].encode()
            tables[side].append(struct.pack("<II", len(raw), start + len(texts)))
            texts += raw + b"\0"
    header = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    path = folder / language / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header + b"".join(tables[0] + tables[1]) + texts)
