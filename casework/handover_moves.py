"""What a personnel change means here: who leaves which post for which, told apart from lines that cannot be taken."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, or_

from casework import departments, holdings
from casework.call import Call
from casework.errors import FieldError
from casework.handover_file import CONCURRENT, KINDS, LEAVES, Line
from casework.tenancy import visible_to
from ismap.names import fold_name
from models.post import Post
from models.post_holder import PostHolder
from models.user import User


@dataclass(frozen=True)
class Move:
    """One change of a person: from a post (or none) to a post (or none)."""

    row: int
    user: User
    from_post: Post | None
    to_post: Post | None
    kind: str

    @property
    def is_leaving(self) -> bool:
        """Return whether the person leaves the organisation."""
        return self.kind == LEAVES

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept until its day."""
        return {
            "row": self.row,
            "person": self.user.login_name,
            "name": self.user.name,
            "from": self.from_post.code if self.from_post else "",
            "to": self.to_post.code if self.to_post else "",
            "kind": self.kind,
        }


@dataclass(frozen=True)
class Seat:
    """A post that somebody holds, as it will be on the day; ``holder`` None for who comes by this change."""

    post: Post
    user: User
    is_concurrent: bool
    holder: PostHolder | None = None


def lines_of(rows: Sequence[Mapping[str, Any]], day: date) -> list[Line]:
    """Return what was kept of a planned change as lines again."""
    return [
        Line(row["row"], row["person"], row["name"], row["from"], row["to"], day, day.isoformat(), row["kind"])
        for row in rows
    ]


class Reader:
    """Finds people and posts for the lines of one file, and says of each line what stands against it."""

    def __init__(self, call: Call, day: date, *, planner_id: int) -> None:
        self._call, self._day, self._planner_id = call, day, planner_id
        users = call.session.exec(visible_to(call.actor, User).where(col(User.is_active))).all()
        self._users = {user.login_name: user for user in users}
        self._posts = self._names_of_posts()
        self.seats = [
            Seat(post, user, holder.is_concurrent, holder) for holder, user, post in holdings.holdings_on(call, day)
        ]

    def _names_of_posts(self) -> dict[str, list[Post]]:
        query = visible_to(self._call.actor, Post)
        query = query.where(or_(col(Post.ends_on).is_(None), col(Post.ends_on) >= self._day))
        posts = self._call.session.exec(query.order_by(col(Post.id))).all()
        sections = {row.key: row.name for row in departments.list_departments(self._call, with_past=True)}
        found: dict[str, list[Post]] = {}
        for post in posts:
            for name in (post.code, fold_name(post.name), fold_name(sections[post.department_id] + post.name)):
                if post not in found.setdefault(name, []):
                    found[name].append(post)
        return found

    def read(self, lines: Sequence[Line]) -> tuple[list[Move], list[FieldError]]:
        """Return the moves that can be made, and what has to be mended, by row."""
        moves: list[Move] = []
        found: list[FieldError] = []
        known: set[tuple[str, str, str]] = set()
        for line in lines:
            same = (line.login_name, line.from_post, line.to_post)
            faults = ["同じ行が前にもあります。1行にしてください。"] if same in known else []
            known.add(same)
            user = self._users.get(line.login_name)
            from_post, to_post = self._post(line.from_post), self._post(line.to_post)
            faults += [*self._faults_of_line(line, user), *self._faults_of_posts(line, user, from_post, to_post)]
            if user is None or faults:
                found += [FieldError(f"/rows/{line.row}", "cannot_be_taken", text) for text in faults]
            else:
                moves.append(Move(line.row, user, from_post, to_post, line.kind))
        return moves, found

    def _post(self, name: str) -> Post | None:
        found = self._posts.get(name) or self._posts.get(fold_name(name)) or []
        return found[0] if name and len(found) == 1 else None

    def _faults_of_line(self, line: Line, user: User | None) -> Iterator[str]:
        if user is None:
            yield f"職員番号「{line.login_name or '(空)'}」の職員はいません。番号を直すか、アカウントを作ってください。"
        elif fold_name(line.name) != fold_name(user.name):
            yield f"「{line.login_name}」は{user.name}さんです。氏名「{line.name or '(空)'}」か番号を直してください。"
        if line.day is None:
            yield f"異動日「{line.day_text or '(空)'}」を 2027-04-01 の形で書いてください。"
        elif line.day != self._day:
            yield f"異動日が{self._day.isoformat()}ではありません。1つのファイルには同じ日の異動だけを書いてください。"
        if line.kind not in KINDS:
            yield f"区分「{line.kind}」は、{'・'.join(KINDS)}のどれかにしてください。"
        if not line.from_post and not line.to_post and line.kind != LEAVES:
            yield "異動元の職か異動先の職を書いてください。"
        if line.to_post and line.kind == LEAVES:
            yield "退職の行には、異動先の職を書けません。異動先を消すか、区分を直してください。"

    def _faults_of_posts(
        self, line: Line, user: User | None, from_post: Post | None, to_post: Post | None
    ) -> Iterator[str]:
        for label, name, post in (("異動元", line.from_post, from_post), ("異動先", line.to_post, to_post)):
            if name and post is None:
                several = len(self._posts.get(fold_name(name), [])) > 1
                yield (
                    f"{label}の職「{name}」は2つ以上あります。職の符号で書いてください。"
                    if several
                    else f"{label}の職「{name}」はありません。名前を直すか、先に職を登録してください。"
                )
        if user is None:
            return
        held = {seat.post.key for seat in self.seats if seat.user.key == user.key}
        if from_post is not None and from_post.key not in held:
            yield f"{user.name}さんは、その日の前日に{from_post.name}ではありません。異動元の職を直してください。"
        if to_post is not None and to_post.key in held and to_post is not from_post:
            yield f"{user.name}さんは、もう{to_post.name}です。行を消してください。"
        if to_post is not None and user.key == self._planner_id:
            yield "1(8)により、自分を職に就けることはできません。この行は別のシステム管理が出してください。"


def seats_after(seats: Sequence[Seat], moves: Sequence[Move]) -> list[Seat]:
    """Return who sits where once every move is made; who comes stands in the order of the file."""
    gone = {(move.user.key, move.from_post.key) for move in moves if move.from_post is not None}
    leaving = {move.user.key for move in moves if move.is_leaving}
    kept = [seat for seat in seats if (seat.user.key, seat.post.key) not in gone and seat.user.key not in leaving]
    come = [Seat(move.to_post, move.user, move.kind == CONCURRENT) for move in moves if move.to_post is not None]
    return [*kept, *come]


def seats_left(seats: Sequence[Seat], moves: Sequence[Move]) -> list[Seat]:
    """Return the seats that somebody leaves by the moves."""
    after = {id(seat) for seat in seats_after(seats, moves)}
    return [seat for seat in seats if id(seat) not in after]
