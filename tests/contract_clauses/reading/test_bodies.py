"""Bodies and firms that a draft never introduces are its parties where nothing else is."""

import pytest

from contract_clauses.draft import Party
from contract_clauses.reading.names import find_parties

CLIENT, CONTRACTOR = Party.CLIENT, Party.CONTRACTOR


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("病院は、受託者の作業場を検査する。", {"病院": CLIENT, "受託者": CONTRACTOR}),
        ("電算会社は、広域連合の書面の承諾を得る。", {"電算会社": CONTRACTOR, "広域連合": CLIENT}),
        ("独立行政法人星見機構（以下「星見」という。）は、受託者を監査する。", {"星見": CLIENT, "受託者": CONTRACTOR}),
        ("町は、受託者に払う。町長は、受託者に命ずる。", {"町": CLIENT, "町長": CLIENT}),
    ],
)
def test_a_body_without_an_introduction_is_the_side_that_is_lacking(text: str, parties: dict[str, Party]) -> None:
    found = find_parties(text)

    assert {word: found.get(word) for word in parties} == parties


def test_where_a_draft_names_its_client_another_body_is_no_party() -> None:
    found = find_parties("甲は、乙に委託する。病院は、甲に名簿を送る。")

    assert "病院" not in found
