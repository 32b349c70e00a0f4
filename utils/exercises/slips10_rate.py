"""Lesson 10, the rate and the images a device needs: typical wrong functions."""

from math import ceil, cos, floor, pi, sqrt

from utils.exercises.answers10 import images_needed, rate
from utils.exercises.reasons import because

OTHER_RATES = because(
    "it has its full height a step early: at step warmup - 1",
    lambda step, base, devices, warmup: rate(step, base, devices, warmup - 1),
    "on the way it rises by devices * base; from base to devices * base it is one base less",
    lambda step, base, devices, warmup: (
        base + devices * base * step / warmup if step < warmup else devices * base
    ),
    "it has its full height at once; at step 0 it should be base",
    lambda step, base, devices, warmup: devices * base,
    "it starts at 0; it should start with base",
    lambda step, base, devices, warmup: devices * base * min(step / warmup, 1),
    "it goes on rising after the warm-up",
    lambda step, base, devices, warmup: base + (devices - 1) * base * step / warmup,
    "it ends one base too high: devices * base is added to base, not reached",
    lambda step, base, devices, warmup: base + devices * base * min(step / warmup, 1),
    "it is a step early: at step 0 it is base, and nothing more",
    lambda step, *others: rate(step + 1, *others),
    (
        "it jumps at the end of the warm-up; it should rise along a straight line until then "
        "(// leaves nothing of a part)"
    ),
    lambda step, base, devices, warmup: rate(step // warmup, base, devices, 1),
    "it is a step late: at step warmup it should have its full height",
    lambda step, base, devices, warmup: rate(step, base, devices, warmup + 1),
    "it falls back to base behind the warm-up; it should stay at its height",
    lambda step, base, *others: rate(step, base, *others) if step <= others[1] else base,
    "it falls back to base at the end of the warm-up; it should stay at its height",
    lambda step, base, *others: rate(step, base, *others) if step < others[1] else base,
    "the rise is (devices - 1) times base, not (devices - 1) alone",
    lambda step, base, devices, warmup: base + (devices - 1) * min(step / warmup, 1),
    "this is the factor alone; the rate is base times that",
    lambda step, base, *others: rate(step, 1, *others),
    "it stays at base; after the warm-up it should be devices times as high",
    lambda step, base, devices, warmup: base,
    "the rise begins only when the warm-up is over: min, not max",
    lambda step, base, devices, warmup: base + (devices - 1) * base * max(step / warmup, 1),
    "it grows by the same factor in each step; it should rise in a straight line",
    lambda step, base, devices, warmup: base * devices ** min(step / warmup, 1),
    "it rises to the square root of `devices` times base; the rule is linear, `devices` times",
    lambda step, base, devices, warmup: base + (sqrt(devices) - 1) * base * min(step / warmup, 1),
    "it rises from base / devices to base; it should rise from base to devices times base",
    lambda step, base, devices, warmup: rate(step, base, devices, warmup) / devices,
    "it rises along a cosine; a straight line is asked for",
    lambda step, base, devices, warmup: (
        base + (devices - 1) * base * (1 - cos(pi * min(step / warmup, 1))) / 2
    ),
    "it stays at base first, and rises late: max takes the place of the straight line from base",
    lambda step, base, devices, warmup: max(base, devices * base * min(step / warmup, 1)),
    "step and base are swapped",
    lambda step, base, devices, warmup: rate(base, step, devices, warmup),
)


OTHER_NUMBERS = because(
    "it is rounded down: with these images it is a little less than wanted",
    lambda e, each, sharing: floor(sharing * e / (1 - e) / each),
    "it is rounded to the nearest; where that is down, the efficiency is less than wanted",
    lambda e, each, sharing: round(sharing * e / (1 - e) / each),
    "there is no part of an image: round up to a whole number",
    lambda e, each, sharing: sharing * e / (1 - e) / each,
    "one image too many: int(...) + 1 adds one to what is rounded up already",
    lambda e, each, sharing: ceil(sharing * e / (1 - e) / each) + 1,
    "one too many where it comes out even: what is just enough is enough, without + 1 or <=",
    lambda e, each, sharing: floor(sharing * e / (1 - e) / each) + 1,
    "efficiency is a part of 1, not per cent: it is not divided by 100",
    lambda e, each, sharing: images_needed(e / 100, each, sharing),
    "these are the seconds of computing: divide by those of an image",
    lambda e, each, sharing: ceil(sharing * e / (1 - e)),
    "efficiency is a part of computing and sharing together: divide by 1 - efficiency",
    lambda e, each, sharing: ceil(sharing * e / each),
    "it is turned round: this is where sharing is the part that computing should be",
    lambda e, each, sharing: ceil(sharing * (1 - e) / e / each),
    "sharing / (1 - efficiency) is the whole step; computing is what remains without sharing",
    lambda e, each, sharing: ceil(sharing / (1 - e) / each),
    "sharing is 1 - efficiency of a step, not efficiency of it",
    lambda e, each, sharing: ceil(sharing / e / each),
    "this is where computing takes as long as sharing: where is the efficiency?",
    lambda e, each, sharing: ceil(sharing / each),
    "each and sharing are swapped: the longer the devices share, the more images it takes",
    lambda e, each, sharing: images_needed(e, sharing, each),
    "1 - efficiency is to be divided by as a whole: brackets are missing around the divisor",
    lambda e, each, sharing: ceil(e * sharing / (1 - e) * each),
    "this is the efficiency of one image; asked is how many images it takes",
    lambda e, each, sharing: each / (each + sharing),
    "0.9 is built in; the efficiency is an argument",
    lambda e, each, sharing: ceil(sharing * 0.9 / (1 - 0.9) / each),
    "0.9 is built in, and not rounded up; the efficiency is an argument",
    lambda e, each, sharing: 9 * sharing / each,
)
