"""Who is told: the owner while there is one, otherwise whoever answers for the section; and up whose ladder it goes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, or_, select

from casework.actor import counts_on
from casework.call import ROLE_LABELS
from models.post_holder import PostHolder
from models.role_grant import RoleGrant
from models.user import User
from models.vocabulary import Role

FALL_BACK = (Role.SECURITY_MANAGER, Role.SUPERVISING_OFFICER, Role.ADMIN)


@dataclass(frozen=True)
class Told:
    """A person who is told, and the post for which."""

    user_id: int
    post_name: str


class People:
    """The people of one run, read once: who is active, which post they hold on the day, who holds which role."""

    def __init__(self, session: Session, day: date) -> None:
        self.session, self.day = session, day
        self._users: dict[int, User] = {}
        self._posts: dict[int, str] = {}
        self._holders: dict[tuple[int, str, int], list[Told]] = {}
        self._at_posts: dict[int, list[Told]] = {}

    def learn(self, user_ids: Iterable[int]) -> None:
        """Read people that are not known yet, with their posts."""
        missing = set(user_ids) - self._users.keys()
        if not missing:
            return
        for user in self.session.exec(select(User).where(col(User.id).in_(missing))).all():
            self._users[user.key] = user
        held = (
            select(PostHolder)
            .where(col(PostHolder.user_id).in_(missing), col(PostHolder.starts_on) <= self.day)
            .where(or_(col(PostHolder.ends_on).is_(None), col(PostHolder.ends_on) >= self.day))
            .order_by(col(PostHolder.is_concurrent), col(PostHolder.id))
        )
        for holder in self.session.exec(held).all():
            self._posts.setdefault(holder.user_id, holder.post_name)

    def learn_posts(self, post_ids: Iterable[int | None]) -> None:
        """Read who holds posts that are not known yet: one's own post before 兼務, only who is here."""
        missing = {post_id for post_id in post_ids if post_id} - self._at_posts.keys()
        if not missing:
            return
        self._at_posts |= {post_id: [] for post_id in missing}
        query = (
            select(PostHolder)
            .join(User, col(User.id) == col(PostHolder.user_id))
            .where(col(PostHolder.post_id).in_(missing), col(PostHolder.starts_on) <= self.day, col(User.is_active))
            .where(or_(col(PostHolder.ends_on).is_(None), col(PostHolder.ends_on) >= self.day))
            .order_by(col(PostHolder.is_concurrent), col(PostHolder.id))
        )
        for holder in self.session.exec(query).all():
            self._at_posts[holder.post_id].append(Told(holder.user_id, holder.post_name))

    def answering(self, organisation_id: int, owner_id: int, post_id: int | None) -> Told | None:
        """Return who answers for a thing on the day: who holds its post, else its owner or whoever stands in."""
        self.learn_posts([post_id])
        at_post = self._at_posts.get(post_id or 0, [])
        of_owner = next((told for told in at_post if told.user_id == owner_id), None)
        return of_owner or (at_post[0] if at_post else self.stand_in(organisation_id, owner_id))

    def user(self, user_id: int) -> User | None:
        """Return a person, read on first use."""
        self.learn([user_id])
        return self._users.get(user_id)

    def stand_in(self, organisation_id: int, user_id: int) -> Told | None:
        """Return the person, or for one who is no longer here whoever answers for the section; None with nobody."""
        user = self.user(user_id)
        if user is not None and user.is_active:
            return Told(user_id, self._posts.get(user_id, ""))
        department_id = user.department_id if user else 0
        for role in FALL_BACK:
            if holders := self.holders(organisation_id, role, department_id):
                return holders[0]
        return None

    def holders(self, organisation_id: int, role: str, department_id: int) -> Sequence[Told]:
        """Return who holds a role for a section on the day: given for it, or for the whole organisation."""
        place = (organisation_id, role, department_id)
        if place not in self._holders:
            query = (
                select(RoleGrant)
                .join(User, col(User.id) == col(RoleGrant.user_id))
                .where(RoleGrant.organisation_id == organisation_id, RoleGrant.role == role, col(User.is_active))
                .where(counts_on(self.day))
                .where(or_(col(RoleGrant.department_id).is_(None), RoleGrant.department_id == department_id))
                # Whoever holds it for the section itself comes before whoever holds it for all.
                .order_by(col(RoleGrant.department_id).is_(None), col(RoleGrant.id))
            )
            found: dict[int, Told] = {}
            for grant in self.session.exec(query).all():
                found.setdefault(grant.user_id, Told(grant.user_id, grant.post_name or ROLE_LABELS[role]))
            self._holders[place] = list(found.values())
        return self._holders[place]
