"""Mutated real files for every reader: nothing but papers, rejections and errors of ours may come out, soon.

    python bench/fuzz_readers.py [--minutes 5] [--seed 1] [--keep FOLDER]

Each case is a real file of a format, changed in one to four ways: bytes flipped, a piece cut out, doubled, moved or
taken from another file, lines shuffled, marks of the notations put in, another encoding, compressed and broken off. A
case runs in a child process with limits of memory (1 GB) and time (20 s). An escape is an exception that is not ours, a
child that was killed, or text that cannot be stored. Escapes are kept in FOLDER and the exit code is 1.
"""

from __future__ import annotations

import argparse
import gzip
import multiprocessing
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from service.errors import LitweaveError
from service.readers import format_keys, read
from service.readers.formats import readers
from service.readers.lines import open_text
from service.records import Paper

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "formats"
_SECONDS = 20
_MEGABYTES = 1_000
_MOST_BYTES = 60_000
_CASES_A_CHILD = 40
_MARKS = (
    b"\0", b"\xff", b"\xed\xa0\x80", b"\r", b"\r\n", b"\n\n", b"\xef\xbb\xbf", b"{", b"}", b"[", b"]", b'"', b"\\",
    b"<", b">", b"&", b"&#0;", b"&#xd800;", b"]]>", b"<!--", b"<![CDATA[", b"<sup>", b"</sup>", b"@article{", b"TY  - ",
    b"ER  - ",
    b"PMID- ", b"PT J\n", b"%0 ", b",", b";", b"\t", b"null", b"1e999", b"-0", b"99999999999999999999999", b"10.1000/",
    b"\\ud800", b"\\u0000", b"<math>", b"\\textsuperscript{", b"$", b"  - ", b"<1>\n", b"RT Book\n",
    "²٣\u202e\u2028𝒟é".encode(),
)  # fmt: skip


def _flip(content: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 3, 30))):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)


def _cut(content: bytearray, rng: random.Random) -> None:
    start, end = _piece(content, rng)
    del content[start:end]


def _double(content: bytearray, rng: random.Random) -> None:
    start, end = _piece(content, rng)
    content[end:end] = content[start:end] * rng.choice((1, 2, 20))


def _move(content: bytearray, rng: random.Random) -> None:
    start, end = _piece(content, rng)
    piece = content[start:end]
    del content[start:end]
    at = rng.randrange(len(content) + 1)
    content[at:at] = piece


def _shuffle(content: bytearray, rng: random.Random) -> None:
    lines = content.split(b"\n")
    start = rng.randrange(len(lines))
    some = lines[start : start + 20]
    rng.shuffle(some)
    content[:] = b"\n".join([*lines[:start], *some, *lines[start + 20 :]])


def _mark(content: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 2, 10))):
        at = rng.randrange(len(content) + 1)
        content[at:at] = rng.choice(_MARKS) * rng.choice((1, 1, 1, 2, 300))


def _encode(content: bytearray, rng: random.Random) -> None:
    text = content.decode("utf-8", "replace")
    content[:] = text.encode(rng.choice(("utf-16", "utf-16-le", "latin-1", "cp1252", "utf-8-sig")), "replace")


def _pack(content: bytearray, rng: random.Random) -> None:
    packed = gzip.compress(bytes(content))
    content[:] = packed[: rng.choice((len(packed), rng.randrange(1, len(packed) + 1)))]


def _piece(content: bytearray, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(content))
    return start, start + rng.choice((1, 10, 100, 5_000))


CHANGES: Sequence[Callable[[bytearray, random.Random], None]] = (
    _flip, _cut, _double, _move, _shuffle, _mark, _mark, _mark, _encode, _pack,
)  # fmt: skip


def mutant(seeds: Sequence[bytes], others: Sequence[bytes], rng: random.Random) -> bytes:
    """A seed, changed; at times with a piece of a file of another format."""
    content = bytearray(rng.choice(seeds))
    for change in rng.choices(CHANGES, k=rng.randrange(1, 5)):
        change(content, rng)
        content = content or bytearray(b"\n")
    if rng.random() < 0.1:
        other = rng.choice(others)
        start = rng.randrange(len(other))
        at = rng.randrange(len(content) + 1)
        content[at:at] = other[start : start + rng.choice((20, 2_000))]
    return bytes(content[: 4 * _MOST_BYTES])


def seeds_by_reader() -> dict[str, list[bytes]]:
    """The real files that each reader takes, cut to a size; a line of JSON for the reader that has none."""
    found: dict[str, list[bytes]] = defaultdict(list)
    found["jsonl"].append(
        b'{"title": "A", "abstract": "We bake.", "authors": ["Ada Oven"], "doi": "10.1/a", "year": 2020}\n' * 5
    )
    found["daily-papers"].append(
        b"Crusts: A Study\n\nWe bake forty loaves. It is hot.\n\n  \xe2\x80\xa2 4 authors\n\xc2\xb7\nDec 3, 2023 4\n"
    )
    found["refworks"].append(b"RT Journal Article\nT1 Loaves\nA1 Oven, A\nAB We bake.\nYR 2020\n\n" * 3)
    found["numbered-text"].append(
        b"<1>\nTitle\n  Loaves\nAuthors\n  Oven, A\n\nRecord #2 of 2\nTI: Rye\nDOI: 10.1/a\nAB: We bake.\n"
    )
    found["csl-yaml"].append(
        b"references:\n- id: a\n  type: book\n  title: Rye\n  author:\n  - family: Oven\n  issued: 2020\n"
    )
    for path in sorted(path for path in DATA.glob("*/*") if path.is_file()):
        content = path.read_bytes()[:_MOST_BYTES]
        for reader in readers():
            if reader.recognises(open_text(path).head):
                found[reader.key].append(content)
                break
    return dict(found)


def _child(cases: Sequence[tuple[str, bytes]], answers: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEGABYTES << 20, _MEGABYTES << 20))
    for at, (key, content) in enumerate(cases):
        answers.send(("begin", at))
        signal.alarm(_SECONDS)
        outcome = _outcome(key, content)
        signal.alarm(0)
        answers.send(("end", outcome))
    answers.send(("done", ""))


def _outcome(key: str, content: bytes) -> str:
    """ "" where all is well, else what is not."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        for form in (None, key if key in format_keys() else None):
            try:
                for found in read(Path(file.name), max_record_bytes=_MOST_BYTES, format_=form):
                    if isinstance(found, Paper):
                        repr(found).encode()
                        "".join((found.title, found.abstract, *found.authors, found.doi or "", found.paper_id)).encode()
            except LitweaveError:
                pass
            except Exception:  # noqa: BLE001  what is looked for
                return traceback.format_exc(limit=-4)
    return ""


def escapes(cases: Sequence[tuple[str, bytes]]) -> Iterator[tuple[int, str]]:
    """Place of each case that is none of ours, and what happened."""
    start = 0
    while start < len(cases):
        answers, ours = multiprocessing.Pipe(duplex=False)
        child = multiprocessing.get_context("fork").Process(target=_child, args=(cases[start:], ours))
        child.start()
        ours.close()
        at = -1
        try:
            while (said := answers.recv())[0] != "done":
                at = said[1] if said[0] == "begin" else at
                if said[0] == "end" and said[1]:
                    yield start + at, said[1]
        except EOFError:
            child.join()
            yield start + at, f"the child ended with {child.exitcode} (-14: over {_SECONDS} s)"
            start += at + 1
            continue
        child.join()
        return


def run(minutes: float, seed: int, keep: Path | None) -> int:
    """Share the time among the readers; returns how many cases escaped."""
    rng = random.Random(seed)
    seeds = seeds_by_reader()
    everything = [content for listed in seeds.values() for content in listed]
    bad: Counter[str] = Counter()
    print("| reader | seeds | cases | minutes | escapes |\n| --- | ---: | ---: | ---: | ---: |")
    for key, own in sorted(seeds.items()):
        began, count = time.monotonic(), 0
        while time.monotonic() - began < minutes * 60 / len(seeds):
            cases = [(key, mutant(own, everything, rng)) for _ in range(_CASES_A_CHILD)]
            for at, what in escapes(cases):
                bad[key] += 1
                _report(key, cases[at][1], what, keep, sum(bad.values()))
            count += len(cases)
        taken = (time.monotonic() - began) / 60
        print(f"| {key} | {len(own)} | {count} | {taken:.2f} | {bad[key]} |", flush=True)
    return sum(bad.values())


def _report(key: str, content: bytes, what: str, keep: Path | None, number: int) -> None:
    print(f"\n{key}: {what}", file=sys.stderr)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{number}.{key}").write_bytes(content)


def main(arguments: Sequence[str]) -> int:
    """Run for the time asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=None)
    chosen = parser.parse_args(arguments)
    if not DATA.is_dir():
        print(f"no files at {DATA}: they are not part of the checkout")
        return 0
    return 1 if run(chosen.minutes, chosen.seed, chosen.keep) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
