import pytest

from casework.routes import steps_of
from tests.policy.documents import judge, sample


@pytest.mark.parametrize(
    ("pack", "name", "provision"),
    [
        ("mutsu", "outsourcing_complete", "8-1(2)①(ウ)"),
        ("hakodate", "outsourcing_complete", "6(8)-01"),
        ("tama_nt", "cloud_light", "6(8)-04"),
        ("hiraizumi", "lgwan_local_breakout", "6(8)-04"),
    ],
)
def test_whoever_confirms_without_a_route_does_so_under_the_bodys_own_number(
    pack: str, name: str, provision: str
) -> None:
    answers = sample(name)["answers"] if pack == "mutsu" else {}
    verdict = judge(sample(name) | {"pack": pack, "answers": answers}).to_json_dict()

    assert [(step.provision, step.is_last) for step in steps_of(verdict)] == [(provision, True)]
