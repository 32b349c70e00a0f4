"""How much to train: a minute on two cores, or the full size on a GPU."""

import os


def by_profile(*, quick, full):
    """`quick`, or `full` where the environment says COURSE_PROFILE=full.

    Raises ValueError for any other value of COURSE_PROFILE.
    """
    profile = os.environ.get("COURSE_PROFILE", "quick")
    sizes = {"quick": quick, "full": full}
    if profile not in sizes:
        raise ValueError(
            f"COURSE_PROFILE is {profile!r}; it must be 'quick' (the default) or 'full'"
        )
    return sizes[profile]
