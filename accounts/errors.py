"""The one family of refusals. It stands here because every app above may refuse too."""


class RuleViolation(Exception):
    """A request that is well formed but that the rules of the helpdesk forbid.

    Subclasses live beside the service that raises them. ``code`` is the stable name for API
    clients; the message is written for the agent and says what is possible. ``field`` names the
    input it is about, where there is one; ``extra`` is given to API clients as it is.
    """

    code = "rule_violation"

    def __init__(self, message: str, *, field: str = "", **extra):
        super().__init__(message)
        self.field = field
        self.extra = extra
