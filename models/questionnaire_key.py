from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field

from models.base import Record


class QuestionnaireKey(Record, table=True):
    """An organisation's key for the checksums of its questionnaires; made on first use, never shown."""

    __tablename__ = "questionnaire_key"
    __table_args__ = (UniqueConstraint("organisation_id"),)

    secret: str = Field(sa_type=String(64))
