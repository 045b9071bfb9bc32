"""An organisation's own policy document, cut into provisions, so that its own wording stands beside each of them.

It stays in the organisation's data. The pack holds our summary and never the body's sentences.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select

from casework import audit
from casework.call import Call
from casework.document_text import read_text_of
from casework.errors import FileRejected
from casework.evidence import Upload
from casework.organisation_items import KEEPERS
from casework.tenancy import visible_to
from casework.verdicts import own_pack
from models.policy_text import PolicyText
from policy.outline import Slip
from policy.own_text import place_text
from policy.pack import Pack


@dataclass(frozen=True)
class Loaded:
    """What a document brought: how many provisions it names, which it does not, and which labels were read as others.

    ``is_new`` is False where it says exactly what was there already; then nothing is written.
    """

    pack: str
    load_no: int
    source_name: str
    source_sha256: str
    placed: tuple[str, ...]
    unplaced: tuple[str, ...]
    slips: tuple[Slip, ...]
    is_new: bool

    def as_json(self) -> dict[str, Any]:
        """Return it as one JSON value."""
        return {
            **asdict(self),
            "placed": len(self.placed),
            "unplaced": list(self.unplaced),
            "slips": [asdict(slip) for slip in self.slips],
        }


def load_text(call: Call, upload: Upload) -> Loaded:
    """Read a policy document and keep each provision's wording; the file itself is kept by its SHA-256.

    Raises ``NotPermitted``, and ``FileRejected`` for a file that cannot be read or in which no provision is found.
    """
    call.need(*KEEPERS, to="ポリシーの本文を読み込む")
    text = read_text_of(upload)
    pack = own_pack(call.session, call.actor.organisation_id)
    found = place_text(text, [*(item.id for item in pack.file.provisions), *pack.file.other_provisions])
    if not found.texts:
        raise FileRejected(
            f"「{upload.name}」から「{pack.file.label}」の条項を見つけられません。ポリシーの本文か確かめてください。",
            reason="no_provision",
        )
    call.line_up()
    load_no = _last_load(call, pack)
    is_new = texts_of(call) != found.texts
    sha256 = call.store.put(upload.content)
    if is_new:
        load_no += 1
        _store(call, pack, load_no, found.texts, (upload.name, sha256))
        after = {"sha256": sha256, "placed": len(found.texts), "unplaced": len(found.unplaced)}
        audit.record(call, "policy_text_loaded", "policy_text", f"{pack.id}/{load_no}", after=after)
    return Loaded(
        pack=pack.id,
        load_no=load_no,
        source_name=upload.name,
        source_sha256=sha256,
        placed=tuple(found.texts),
        unplaced=found.unplaced,
        slips=found.slips,
        is_new=is_new,
    )


def _store(call: Call, pack: Pack, load_no: int, texts: Mapping[str, str], source: tuple[str, str]) -> None:
    call.session.add_all(
        PolicyText(
            organisation_id=call.actor.organisation_id,
            pack=pack.id,
            load_no=load_no,
            provision=provision,
            text=text,
            source_name=source[0],
            source_sha256=source[1],
        )
        for provision, text in texts.items()
    )
    call.session.flush()


def texts_of(call: Call) -> dict[str, str]:
    """Return the organisation's own wording by provision, of the document loaded last; empty while there is none."""
    pack = own_pack(call.session, call.actor.organisation_id)
    rows = call.session.exec(
        visible_to(call.actor, PolicyText)
        .where(PolicyText.pack == pack.id, PolicyText.load_no == _last_load(call, pack))
        .order_by(col(PolicyText.id))
    ).all()
    return {row.provision: row.text for row in rows}


def text_of(call: Call, provision: str) -> PolicyText | None:
    """Return the organisation's own wording of one provision, with the document it is from, or None."""
    pack = own_pack(call.session, call.actor.organisation_id)
    return call.session.exec(
        visible_to(call.actor, PolicyText).where(
            PolicyText.pack == pack.id,
            PolicyText.load_no == _last_load(call, pack),
            PolicyText.provision == pack.ids.resolve(provision),
        )
    ).first()


def _last_load(call: Call, pack: Pack) -> int:
    query = select(func.max(PolicyText.load_no)).where(
        PolicyText.organisation_id == call.actor.organisation_id, PolicyText.pack == pack.id
    )
    return call.session.exec(query).one() or 0


@dataclass(frozen=True)
class CurrentText:
    """The document whose wording is shown now, and how many provisions of the pack it names."""

    source_name: str
    source_sha256: str
    load_no: int
    loaded_at: datetime
    placed: int


def current_text(call: Call) -> CurrentText | None:
    """Return which document was loaded last, or None while there is none."""
    pack = own_pack(call.session, call.actor.organisation_id)
    rows = call.session.exec(
        visible_to(call.actor, PolicyText).where(
            PolicyText.pack == pack.id, PolicyText.load_no == _last_load(call, pack)
        )
    ).all()
    if not rows:
        return None
    first = rows[0]
    return CurrentText(first.source_name, first.source_sha256, first.load_no, first.created_at, len(rows))
