"""What stops a command: a sentence for the person who typed it."""


class ServiceError(Exception):
    """Its text is one sentence or two: what was wrong, where, and what to do instead."""
