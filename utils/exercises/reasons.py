"""Typical wrong functions, with what is wrong about them."""


def because(*pairs):
    """Typical wrong functions, from (what is wrong, function, ...); the docstrings say it."""
    for why, function in zip(pairs[::2], pairs[1::2]):
        function.__doc__ = why
    return pairs[1::2]
