"""Why there are no vectors: texts are then found by their words alone."""


class Broken(Exception):
    """A model can't be had: its package is not there, or does not work."""


class NotYet(Exception):
    """The model is being loaded."""


class Silent(Exception):
    """Nobody answers on the socket, or not with vectors."""
