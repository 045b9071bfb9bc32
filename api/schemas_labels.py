"""Labels on the wire."""

from pydantic import BaseModel, ConfigDict, Field

from casework.labels import LONGEST


class LabelIn(BaseModel):
    """A label to be put on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"name": "重点"}})

    name: str = Field(min_length=1, max_length=LONGEST, description="なければ新しくできます。全角・半角は区別しません")


class LabelOut(BaseModel):
    """A label by its name."""

    name: str
