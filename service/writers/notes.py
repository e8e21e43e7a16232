"""A note of Obsidian: properties in YAML, then the part that litweave writes between two marks, then the user's own.

An export replaces its own properties and what stands between the marks, and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Final, TypeAlias

from service.render.markdown import escaped

Property: TypeAlias = str | int | tuple[str, ...]

ID: Final = "litweave-id"
"""The property by which a note is found again, whatever its name became."""
BEGIN: Final = "%% litweave:begin: an export replaces what stands between these marks, nothing else %%"
END: Final = "%% litweave:end %%"

_FRONT: Final = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_PROPERTY: Final = re.compile(
    r"""^(?:"(?P<quoted>[^"\n]*)"|'(?P<single>[^'\n]*)'|(?P<bare>[^\s#:'"-][^:\n]*)):(?=\s)"""
)
_OWN_PART: Final = re.compile(
    r"^%% litweave:begin\b(?:(?!^%% litweave:(?:begin|end)\b).)*?^%% litweave:end %%[ \t]*\r?$",
    re.DOTALL | re.MULTILINE,
)
_NOT_IN_YAML: Final = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_OBSIDIAN: Final = re.compile(r"%%|==|::")


def note_text(properties: Mapping[str, Property], body: str) -> str:
    """A new note; `body` is litweave's part."""
    lines = "".join(_property(name, value) for name, value in properties.items())
    return f"---\n{lines}---\n{BEGIN}\n{body}\n\n{END}\n"


def merged(old: str, new: str, *, owned: Collection[str]) -> str:
    """`new` with the properties and the text of `old` that are the user's: all but `owned` ones, and what stands
    outside the marks. Properties stay in the order of `old`.

    Where `old` has no pair of marks any more, all of it is kept and litweave's part stands at its end.
    """
    old_front, old_body = _parted(old)
    new_front, new_body = _parted(new)
    theirs, ours = _properties(old_front), _properties(new_front)
    kept = {name: ours.get(name, "") if name in owned else text for name, text in theirs.items()}
    front = "".join((kept | {name: text for name, text in ours.items() if name not in kept}).values())
    part = new_body.rstrip("\n")
    if (found := _OWN_PART.search(old_body)) is not None:
        body = old_body[: found.start()] + part + old_body[found.end() :]
    else:
        body = f"{old_body.rstrip()}\n\n{part}\n" if old_body.strip() else new_body
    return f"---\n{front}---\n{body}"


def note_id(text: str) -> str | None:
    """The `litweave-id` of a note; `None` for one that litweave did not write."""
    from yaml import BaseLoader, YAMLError, load

    front, _ = _parted(text)
    found = _properties(front).get(ID)
    if found is None:
        return None
    try:
        value = load(found, Loader=BaseLoader)
    except YAMLError:
        return None
    return value[ID] if isinstance(value, dict) and isinstance(value.get(ID), str) else None


def own_part(text: str) -> str:
    """What stands between the marks of a note, its line ends as "\\n"; "" where there is nothing."""
    found = _OWN_PART.search(_parted(text)[1].replace("\r\n", "\n"))
    return found[0] if found is not None else ""


def plain_text(text: str) -> str:
    """One line as Obsidian shows exactly its characters: no link, tag, comment, highlight, field or formula."""
    return _OBSIDIAN.sub(lambda found: "".join(f"&#{ord(c)};" for c in found[0]), escaped(text))


def block_quote(text: str) -> str:
    """`text` as a block quote; its lines are paragraphs."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return "\n>\n".join(f"> {plain_text(line)}" for line in lines if line)


def _property(name: str, value: Property) -> str:
    if isinstance(value, tuple):
        return f"{name}:\n" + "".join(f"  - {_scalar(item)}\n" for item in value)
    return f"{name}: {value if isinstance(value, int) else _scalar(value)}\n"


def _scalar(text: str) -> str:
    """In double quotes, as JSON and YAML write it alike. Surrogate pairs are no escapes of YAML."""
    return _NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04X}", json.dumps(text, ensure_ascii=False))


def _parted(text: str) -> tuple[str, str]:
    """The lines of the properties, and what is below them."""
    found = _FRONT.match(text)
    return (found[1], text[found.end() :]) if found is not None else ("", text.removeprefix("\ufeff"))


def _properties(front: str) -> dict[str, str]:
    """Each property by name as its lines stand, with what is indented below it; comments belong to the one before."""
    found: dict[str, str] = {}
    name = ""
    for line in front.splitlines(keepends=True):
        begins = _PROPERTY.match(line)
        if begins is not None:
            name = begins["quoted"] or begins["single"] or (begins["bare"] or "").strip()
        found[name] = found.get(name, "") + line
    return found
