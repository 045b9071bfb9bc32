from datetime import date

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Editable, one_of
from models.vocabulary import TermBasis


class RenewalRule(Editable, table=True):
    """What a contract says of its own next period, and what lets it run over several fiscal years.

    A contract without such a row runs for its terms as entered and is renewed by a new agreement only.
    """

    __tablename__ = "renewal_rule"
    __table_args__ = (
        UniqueConstraint("contract_id"),
        CheckConstraint(one_of("basis", TermBasis), name="basis_is_known"),
        CheckConstraint("basis = 'single_year' OR length(authority) > 0", name="several_years_name_their_authority"),
        CheckConstraint("basis <> 'debt_burden' OR allowed_until_on IS NOT NULL", name="debt_burden_has_an_end"),
        CheckConstraint("NOT renews_tacitly OR tacit_every IS NOT NULL", name="tacit_renewal_has_a_length"),
    )

    contract_id: int = Field(foreign_key="contract.id")
    basis: str = Field(default=TermBasis.SINGLE_YEAR, sa_type=String(20))
    authority: str = Field(default="", sa_type=Text)
    allowed_until_on: date | None = None
    renews_tacitly: bool = False
    tacit_every: str | None = Field(default=None, sa_type=String(20))
    notice_before: str | None = Field(default=None, sa_type=String(20))
