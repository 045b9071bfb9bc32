"""Kill -9 in the middle of a hundred decisions: what was acknowledged is there with its event, and nothing else is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.casework.test_audit import verify
from tests.office import Office

ROOT = Path(__file__).parents[2]
DECISIONS = 100
PARTS = (7, 31, 12, 3)  # acknowledged decisions after which the process is killed, one run after the other


def killed_after(office: Office, acknowledged: int | None) -> list[str]:
    """Start the deciding process and kill it after so many acknowledgements; return what it acknowledged."""
    command = [sys.executable, "-m", "tests.casework.decider", office.settings.database_address, str(office.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        said: list[str] = []
        for line in process.stdout:
            said.append(line.strip())
            if acknowledged is not None and len(said) > acknowledged:
                process.kill()
        process.wait()
    assert said[0] == "ready"
    return said[1:]


def decided(office: Office) -> list[str]:
    rows = office.sql(
        "SELECT r.number FROM decision d JOIN request r ON r.id = d.request_id WHERE d.action = 'reject' ORDER BY d.id"
    )
    return [row[0] for row in rows]


def events(office: Office) -> list[str]:
    rows = office.sql("SELECT object_number FROM audit_event WHERE action = 'request_decided' ORDER BY seq")
    return [row[0] for row in rows]


@pytest.mark.slow
def test_every_acknowledged_decision_is_there_with_its_event_and_no_other(office: Office) -> None:
    for number in range(DECISIONS):
        office.submitted(title=f"予約{number}")
    acknowledged: list[str] = []

    for part in PARTS:
        acknowledged += killed_after(office, part)

        # Committed but not yet told is possible; told but not committed is not.
        assert set(acknowledged) <= set(decided(office))
        assert sorted(decided(office)) == sorted(events(office))
        assert len(set(decided(office))) == len(decided(office))
        rejected = {row[0] for row in office.sql("SELECT number FROM request WHERE state = 'rejected'")}
        assert rejected == set(decided(office))
        assert verify(office).ok
    assert len(decided(office)) < DECISIONS  # so it really was killed in the middle

    killed_after(office, None)

    assert len(decided(office)) == len(events(office)) == DECISIONS
    assert verify(office).ok
