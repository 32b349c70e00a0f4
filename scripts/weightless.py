"""Networks without weights: to count and to draw one takes its shapes alone."""

import keras


def weightless(build, *arguments, **options):
    """What `build` returns, made without allocating or drawing at random a single weight.

    Its weights have names and shapes and no numbers: it cannot be called.
    """
    try:
        with keras.StatelessScope(initialize_variables=False):
            return build(*arguments, **options)
    finally:
        keras.backend.clear_session(free_memory=False)  # else Keras makes them up for later
