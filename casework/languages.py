"""The language in which a person reads the pages."""

from casework import audit
from casework.call import Call
from casework.errors import BadInput
from models.user import User
from models.vocabulary import Language


def read_language(wanted: str) -> Language:
    """Return one of the languages the pages can be read in. Raises ``BadInput``."""
    if wanted not in set(Language):
        raise BadInput("言語を日本語か英語から選んでください。")
    return Language(wanted)


def choose_language(call: Call, user: User, language: Language) -> User:
    """Keep in which language a person reads, for every device of theirs."""
    before = user.language
    user.language = language
    call.session.add(user)
    call.session.flush()
    audit.record(
        call, "language_chosen", "user", user.login_name, before={"language": before}, after={"language": language}
    )
    return user
