"""What goes wrong in this room: bad documents from people, and packs that do not hold together."""


class PolicyError(Exception):
    """A question the policy room cannot answer.

    Attributes:
        code: Stable English word for machines, for example ``unknown_pack``.
        message: One Japanese sentence: what is wrong, where, and what to do.
        where: JSON pointer, id or ``file:line``; empty when there is no place to name.
    """

    def __init__(self, code: str, message: str, where: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.where = where


class BadDocument(PolicyError):
    """A request document that cannot be read as one."""


class BadLibrary(PolicyError):
    """A shipped criterion, duty or pack that is broken; the product must not start with it."""
