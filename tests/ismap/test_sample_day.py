import csv
import io

from ismap.sample import SAMPLE_AS_OF, load_sample


def test_the_day_of_the_sample_is_the_newest_day_its_rows_speak_of() -> None:
    rows = csv.DictReader(io.StringIO(load_sample().decode("utf-8-sig")))

    assert max(row["as_of"] for row in rows) == SAMPLE_AS_OF.isoformat()
