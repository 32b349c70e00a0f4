"""What depth and narrow necks cost, and what depth brings: lines over layers and channels."""

from itertools import cycle

from matplotlib.ticker import FixedLocator, NullLocator

from utils.figures.said import listed, many
from utils.figures.style import BLUE, CYCLE, VERMILLION, WIDTH, Figure, drawn


@drawn
def errors_against_depth(families, label):
    """An error in per cent against the number of layers: a line through the means, all runs dots.

    `families` maps a name to {layers: errors of several runs, as parts of 1}. The vertical axis is
    logarithmic down to 1 % and even below, so that no error at all has a place. Returns the figure.
    """
    figure = Figure(figsize=(6.5, 3.8))
    ax = figure.subplots()
    for place, ((name, runs), colour) in enumerate(zip(families.items(), cycle(CYCLE))):
        depths = sorted(runs)
        percent = [[100 * error for error in runs[depth]] for depth in depths]
        means = [sum(errors) / len(errors) for errors in percent]
        ax.plot(depths, means, "-", color=colour, label=name)
        aside = 1.5 * (2 * place - len(families) + 1)  # layers, so that no dot hides another's
        for depth, errors in zip(depths, percent):
            ax.plot([depth + aside] * len(errors), errors, "o", color=colour, ms=4, alpha=0.6)
    ax.set_yscale("symlog", linthresh=1)
    ticks = [0, 1, 3, 10, 30, 100]
    ax.set_yticks(ticks, [str(tick) for tick in ticks])
    ax.set_xticks(sorted({depth for runs in families.values() for depth in runs}))
    ax.set(xlabel="layers", ylabel=f"{label} (%)", ylim=(-0.15, 100))
    ax.legend()
    means = {
        name: {depth: sum(runs[depth]) / len(runs[depth]) for depth in sorted(runs)}
        for name, runs in families.items()
    }
    ends = [
        f"{name} from {_percent(values[min(values)])} at {min(values)} to "
        f"{_percent(values[max(values)])} at {max(values)}"
        for name, values in means.items()
    ]
    return figure.says(f"The {label} against the number of layers: {listed(ends)}.")


@drawn
def cost_against_depth(families):
    """Parameters and multiply-adds against the number of layers, a panel each.

    `families` maps a name to the rows of its networks, from the shallowest: (layers, parameters,
    multiply_adds). A family is a line through its networks. Returns the figure.
    """
    figure = Figure(figsize=(WIDTH - 0.3, 3.2))
    panels = zip(figure.subplots(1, 2), ("parameters (millions)", "multiply-adds (billions)"))
    for i, (ax, label) in enumerate(panels, start=1):
        for name, rows in families.items():
            values = [row[i] / (1e6 if i == 1 else 1e9) for row in rows]
            ax.plot([row[0] for row in rows], values, "o-", label=name)
        ax.set(xlabel="layers", ylabel=label, ylim=(0, None))
    ax.legend()
    ends = [
        f"{name} to {row[0]} layers, {row[1] / 1e6:.0f} million and {row[2] / 1e9:.1f} billion"
        for name, row in ((name, rows[-1]) for name, rows in families.items())
    ]
    return figure.says(f"Parameters and multiply-adds against depth: {listed(ends)}.")


@drawn
def errors_against_work(networks, label):
    """An error in per cent against the multiply-adds of an image: a dot a run, a line their mean.

    `networks` maps a name to (multiply-adds, errors of several runs, as parts of 1). Work is on a
    logarithmic scale. Returns the figure.
    """
    figure = Figure(figsize=(6.5, 3.8))
    ax = figure.subplots()
    means = {}
    for (name, (work, runs)), colour in zip(networks.items(), cycle(CYCLE)):
        percent = [100 * error for error in runs]
        means[name] = sum(percent) / len(percent)
        ax.plot([work] * len(percent), percent, "o", color=colour, ms=5, alpha=0.7, label=name)
        ax.plot([work], means[name], "_", color=colour, ms=18, mew=2)
    ax.plot([], [], "_", color="#444444", ms=18, mew=2, label="mean")
    ax.margins(x=0.1, y=0.1)
    figure.legend(loc="outside right center")
    ax.set(xlabel="multiply-adds of an image", ylabel=f"{label} (%)", xscale="log")
    least, most = min(means, key=means.get), max(networks, key=lambda name: networks[name][0])
    best = f"the least is that of {least}, {means[least]:.1f} %"
    dear = "which takes the most work" if least == most else f"{most}, with the most work, has"
    dear += "" if least == most else f" {means[most]:.1f} %"
    return figure.says(
        f"The {label} of {many(len(means), 'network')} against work: {best}, {dear}."
    )


@drawn
def cost_against_scale(curves, chosen=None):
    """How many times the work a network takes when one of its measures is multiplied: a line each.

    `curves` maps a measure (depth, width) to {factor: times the work}; `chosen`, a line across,
    is the work of a network that the reader chose. Both axes are logarithmic. Returns the figure.
    """
    figure = Figure(figsize=(6.5, 3.6))
    ax = figure.subplots()
    for (name, work), marker in zip(curves.items(), cycle("osD^")):
        ax.plot(list(work), list(work.values()), marker=marker, ms=5, label=name)
    if chosen:
        ax.axhline(chosen, color=VERMILLION, ls="--", label=f"chosen: {chosen:.2f} times")
    ax.set(xscale="log", yscale="log", xlabel="factor", ylabel="times the work")
    for axis, top in ((ax.xaxis, 4), (ax.yaxis, 16)):
        ticks = [n / 4 for n in (1, 2, 4, 8, 16, 32, 64) if n / 4 <= top]
        axis.set_major_locator(FixedLocator(ticks))
        axis.set_major_formatter("{x:g}")
        axis.set_minor_locator(NullLocator())
    ax.legend()
    ends = [f"{name} {work[max(work)]:.1f} at {max(work):g}" for name, work in curves.items()]
    return figure.says(
        f"Times the work against the factor of one measure: {listed(ends)}"
        + (f"; the chosen network {chosen:.2f}." if chosen else ".")
    )


@drawn
def bottleneck_cost(work, direct, marked):
    """Multiplications through a bottleneck of every width, beside those of the direct way.

    `work` maps the bottleneck's channels to the multiplications, `marked` is the width that the
    text speaks of. Returns the figure.
    """
    figure = Figure(figsize=(6.5, 3.4))
    ax = figure.subplots()
    ax.plot(list(work), [n / 1e6 for n in work.values()], label="through the bottleneck")
    ax.axhline(direct / 1e6, color=VERMILLION, ls="--", label="directly")
    even = next((n for n in work if work[n] >= direct), None)
    for n in filter(None, (marked, even)):
        ax.plot([n], [work[n] / 1e6], "o", color=BLUE)
        if n == marked or abs(n - marked) > len(work) / 8:
            far = n > len(work) / 5
            place = {"xytext": (-6, 6) if far else (6, -12), "ha": "right" if far else "left"}
            spot = (n, work[n] / 1e6)
            ax.annotate(f"{n} channels", spot, textcoords="offset points", **place)
    ax.set(xlabel="channels of the bottleneck", ylabel="multiplications (millions)")
    ax.set_ylim(-0.1 * max(work.values()) / 1e6, 1.12 * max(work.values()) / 1e6)
    ax.legend()
    crossing = f"it crosses the direct way between {even - 1} and {even}" if even else "no crossing"
    return figure.says(
        f"The cost grows in proportion to the bottleneck's channels: {work[marked] / 1e6:.1f} "
        f"million at {marked}, against {direct / 1e6:.1f} directly; {crossing}."
    )


def _percent(error):
    """0 %, under 0.1 %, 0.2 %, 24 %."""
    if 0 < error < 0.0005:
        return "under 0.1 %"
    return f"{100 * error:.{0 if not error or error >= 0.1 else 1}f} %"
