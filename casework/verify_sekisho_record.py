#!/usr/bin/env python3
"""Verify an exported record of 関所 Sekisho: one file, the Python standard library, nothing of the product.

    python3 verify_sekisho_record.py [bundle.zip | folder] [--head NUMBER:HASH]

Without a path the folder in which this file lies is verified. ``--head`` compares with the head printed on a decision
sheet or sent in the morning's mail. Exit status: 0 everything fits, 1 something was changed (the first event is named),
2 the bundle cannot be read.
"""

import argparse
import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

FORMAT = "sekisho-record-1"
FIRST = "0" * 64
SIDES = ("before", "after")
PLAIN = (
    "organisation", "seq", "at", "actor", "actor_name", "acted_as", "on_behalf_of", "source", "action", "object",
    "call", "previous",
)  # fmt: skip
LATER = ("post", "keep_until", "salts", "redacted")
KEYS = {*PLAIN, *LATER, *SIDES, "scheme", "id", "created_at", "hash"}


class Bad(Exception):
    """An event that was changed: its number, and why in two languages."""

    def __init__(self, seq: int, japanese: str, english: str) -> None:
        super().__init__(english)
        self.seq, self.japanese, self.english = seq, japanese, english


def canonical(value: Any) -> str:  # noqa: ANN401 (any JSON value)
    """Return the one spelling of a value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256(value: Any) -> str:  # noqa: ANN401 (any JSON value)
    """Return the hash of a value's one spelling."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def hash_event(event: Mapping[str, Any]) -> str:
    """Return the hash that an event ought to carry."""
    document = {key: event[key] for key in PLAIN}
    if event["scheme"] == 1:
        document.update({side: event[side] for side in SIDES})
        document.update({key: event[key] for key in LATER if event[key]})
        return sha256(document)
    document.update({key: event[key] for key in ("scheme", "id", "created_at", "post", "keep_until")})
    for side in SIDES:
        values, salts = event[side], event["salts"].get(side, {})
        gone = event["redacted"].get(side, {})
        if set(values) != set(salts) or set(values) & set(gone):
            raise ValueError("values and salts do not fit together")
        document[side] = {**gone, **{key: sha256([salts[key], key, value]) for key, value in values.items()}}
    return sha256(document)


class Chain:
    """Goes along the events and raises ``Bad`` at the first that does not fit."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self.manifest = manifest
        self.is_whole = bool(manifest["is_whole"])
        self.expected = int(manifest["from"])
        self.previous: str | None = str(manifest["previous"]) if self.is_whole else None
        self.events = self.blacked_out = 0
        self.last_id = 0
        self.hashes: dict[int, str] = {}
        self._gone: dict[tuple[int, str, str], str] = {}
        self._anchor = manifest.get("anchor")

    def take(self, text: str) -> None:
        """Read one line."""
        event = self._read(text)
        seq = event["seq"]
        if self.is_whole and seq != self.expected:
            raise Bad(self.expected, "この番号の記録が抜けています。", "this event is missing")
        if seq < self.expected:
            raise Bad(self.expected, "順番が入れ替わっています。", "the events are out of order")
        follows = self.is_whole or seq == self.expected
        if follows and self.previous is not None and event["previous"] != self.previous:
            raise Bad(seq, "直前の記録とつながりません。", "it does not follow the event before it")
        if event["hash"] != self._hash_of(event) or event["id"] <= self.last_id:
            raise Bad(seq, "内容がハッシュと合いません。変更されています。", "its content does not fit its hash")
        self._remember(event)
        self.expected, self.previous, self.last_id = seq + 1, event["hash"], event["id"]
        self.events += 1
        self.hashes[seq] = event["hash"]

    def _read(self, text: str) -> dict[str, Any]:
        try:
            event = json.loads(text)
        except ValueError:
            event = None
        if not isinstance(event, dict) or set(event) != KEYS or canonical(event) != text:
            raise Bad(self.expected, "この記録の行を読み取れません。", "the line of this event cannot be read")
        if not isinstance(event["seq"], int) or event["scheme"] not in {1, 2} or not isinstance(event["id"], int):
            raise Bad(self.expected, "この記録の行を読み取れません。", "the line of this event cannot be read")
        return event

    def _hash_of(self, event: Mapping[str, Any]) -> str:
        try:
            return hash_event(event)
        except (ValueError, TypeError, AttributeError, KeyError):
            return ""

    def _remember(self, event: Mapping[str, Any]) -> None:
        for side, gone in event["redacted"].items():
            for key, leaf in gone.items():
                self._gone[event["seq"], side, key] = leaf
                self.blacked_out += 1
        after = event["after"]
        if event["action"] == "record_redacted" and str(event["object"][1]).isdigit():
            place = (int(event["object"][1]), after.get("side"), after.get("field"))
            if place in self._gone and self._gone[place] == after.get("leaf"):
                del self._gone[place]
        if event["action"] == "record_purged" and after == self._anchor:
            self._anchor = None

    def finish(self) -> None:
        """Raise ``Bad`` for what is missing at the end."""
        head, last = self.manifest["head"], int(self.manifest["upto"])
        if self.events != int(self.manifest["events"]) or (self.is_whole and self.expected != last + 1):
            raise Bad(self.expected, "この番号から後の記録が抜けています。", "the events from here on are missing")
        if not self.is_whole or last != head["seq"]:
            return
        if self.hashes.get(last, FIRST) != head["hash"] and self.events:
            raise Bad(last, "最後の記録が記録の先頭のハッシュと合いません。", "the last event is not the head")
        if self._anchor and int(self.manifest["from"]) == self._anchor["upto"] + 1:
            number = int(self.manifest["from"])
            raise Bad(number, "これより前の削除を述べる記録がありません。", "no event tells of the deletion before it")
        for seq, _side, _key in sorted(self._gone):
            raise Bad(seq, "墨消しを述べる記録がありません。", "no event tells of the redaction")


class Files:
    """The files of a bundle, in a zip or in a folder."""

    def __init__(self, path: Path) -> None:
        self._folder = path
        self._zip = zipfile.ZipFile(path) if path.is_file() else None

    def read(self, name: str) -> bytes:
        """Return one file's bytes."""
        return self._zip.read(name) if self._zip else (self._folder / name).read_bytes()


def check_parts(files: Files, manifest: Mapping[str, Any]) -> None:
    """Raise ``Bad`` (number 0) for a file of the bundle that is not the one it was made with."""
    for name, expected in manifest["files"].items():
        if hashlib.sha256(files.read(name)).hexdigest() != expected:
            raise Bad(0, f"ファイル {name} が書き出した時と違います。", f"the file {name} was changed")


def check_head(chain: Chain, wanted: str) -> None:
    """Raise ``Bad`` where the bundle has another hash for an event than the paper."""
    seq, _, written = wanted.partition(":")
    if not seq.isdigit() or not re.fullmatch(r"[0-9a-f]{8,64}", written):
        fail("--head は「番号:ハッシュ」の形で書いてください。", "--head is NUMBER:HASH (8 hex digits or more).")
    found = chain.hashes.get(int(seq))
    if found is None:
        fail(f"{seq}番の記録はこの書出しにありません。", f"event {seq} is not in this bundle.")
    if not found.startswith(written):
        raise Bad(int(seq), "紙や知らせに載った先頭のハッシュと違います。", "its hash is not the one on paper")


def fail(japanese: str, english: str) -> NoReturn:
    """Say why nothing can be verified, and end."""
    sys.stderr.write(f"検証できません: {japanese}\nCannot verify: {english}\n")
    raise SystemExit(2)


def verify(files: Files, head: str) -> Chain:
    """Return the chain gone along; raises ``Bad``."""
    manifest = json.loads(files.read("manifest.json"))
    if manifest.get("format") != FORMAT:
        raise ValueError(f"manifest.json: {manifest.get('format')}")
    chain = Chain(manifest)
    text = files.read("events.jsonl").decode("utf-8", errors="replace")
    for line in text.split("\n")[:-1] if text.endswith("\n") else text.split("\n"):
        chain.take(line)
    chain.finish()
    check_parts(files, manifest)
    if head:
        check_head(chain, head)
    return chain


def main() -> int:
    """Verify what the command line names and say what was found."""
    parser = argparse.ArgumentParser(description="関所の記録の書出しを検証します / verify an exported Sekisho record")
    parser.add_argument("bundle", nargs="?", default=str(Path(__file__).parent), help="zip / folder")
    parser.add_argument("--head", default="", help="番号:ハッシュ / NUMBER:HASH")
    wanted = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr] # a text stream of the interpreter
    try:
        chain = verify(Files(Path(wanted.bundle)), wanted.head)
    except Bad as bad:
        sys.stdout.write(f"変更あり: {bad.seq}番 {bad.japanese}\nCHANGED: event {bad.seq}: {bad.english}\n")
        return 1
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        fail(f"書出しを読み取れません({error})。", f"the bundle cannot be read ({error}).")
    kind = ("連鎖のすべて", "the whole chain") if chain.is_whole else ("抜粋(各記録)", "an extract, each event")
    gone = chain.blacked_out
    head = chain.manifest["head"]
    sys.stdout.write(
        f"一致: {chain.events}件({kind[0]})、墨消し {gone}件。書出し時の先頭 {head['seq']}番 {head['hash']}\n"
        f"OK: {chain.events} events ({kind[1]}), {gone} redacted. Head at export: {head['seq']} {head['hash']}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
