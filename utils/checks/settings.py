"""What a layer's setting is and what it should be, in a sentence."""


def setting(here, there, which):
    """The first setting in which two `Step`s of one kind differ; `which` begins the sentence."""
    own, wanted = dict(here.settings), dict(there.settings)
    name = next(n for n in [*wanted, *own] if own.get(n) != wanted.get(n))
    mine, needed = own.get(name), wanted.get(name)
    if name == "reads":
        return _reads(mine, needed, which)
    if name in ("factor", "offset"):
        mine, needed = (
            f"{value:.6g}" if isinstance(value, float) else value for value in (mine, needed)
        )
    return {
        "filters": f"{which} has {mine} filters; it needs {needed}",
        "units": f"{which} has {mine} units; it needs {needed}",
        "max_value": f"{which} {_end('ends at', mine)}; it should {_end('end at', needed)}",
        "negative_slope": f"{which} has a slope of {mine} below 0; it should be 0 there",
        "dilation_rate": f"{which} has gaps in its filters (dilation_rate={mine}); it needs none",
        "groups": f"{which} reads its channels in {mine or 1} group{'s' * (mine not in (None, 1))};"
        f" it should read {f'them in {needed}' if needed else 'all of them'}",
        "depth_multiplier": f"{which} has {mine or 1} filters for each channel; it should have "
        f"{needed or 1} (depth_multiplier)",
        "scale": f"{which} has no gamma (scale={mine}); it should have one",
        "center": f"{which} has no beta (center={mine}); it should have one",
        "factor": f"{which} multiplies by {mine}; it should multiply by {needed}",
        "offset": f"{which} adds {mine}; it should add {needed}",
        "axis": f"{which} works along axis {mine}; it should work along the channels, the last",
        "rate": f"{which} has the rate {mine}; it needs {needed}",
        "kernel_size": f"{which} has filters of {by(mine)}; they should be {by(needed)}",
        "pool_size": f"{which} pools {by(mine)}; it should pool {by(needed)}",
        "strides": f"{which} moves by {by(mine)}; it should move by {by(needed)}",
        "padding": f"{which} pads {mine!r}; it should be {needed!r}",
        "use_bias": f"{which} has {'a' if mine else 'no'} bias; it should have "
        f"{'one' if needed else 'none'}",
    }[name]


def _end(word, value):
    """Where a ReLU ends, if it does."""
    return f"{word} {value}" if value else "not end" if word == "end at" else "does not end"


def _reads(mine, needed, which):
    """What a merge reads, and what it should; of named branches, that one begins elsewhere."""
    named = len(mine) == len(needed) and any(" branch" in source for source in (*mine, *needed))
    if named or sorted(mine) == sorted(needed):
        return (
            f"one of the branches that meet in {which} begins where it should not: what does "
            f"each first layer read?"
        )
    own_only = [source for source in mine if source not in needed] or mine
    needed_only = [source for source in needed if source not in mine] or needed
    return f"{which} reads {' and '.join(own_only)}; it should read {' and '.join(needed_only)}"


def by(size):
    """3×3 of (3, 3)."""
    return f"{size[0]}×{size[1]}" if isinstance(size, tuple) else size
