"""What several acts take."""

from shared.fields import In


class NothingIn(In):
    """An action that needs no more than its name."""
