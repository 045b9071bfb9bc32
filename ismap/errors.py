class RegistryRefused(Exception):
    """A registry answer or a question to the registry that cannot be taken.

    ``message`` is a Japanese sentence for the person who asked; ``code`` is stable and for programs.
    """

    def __init__(self, message: str, code: str) -> None:
        """Keep the sentence and the code."""
        super().__init__(message)
        self.message = message
        self.code = code
