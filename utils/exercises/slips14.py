"""Lesson 14: typical wrong functions, and what is said of each."""

import numpy as np

from utils.exercises.answers14 import depth_left
from utils.exercises.reasons import because

OTHER_GROUPS = because(
    "these are weights and biases; each weight is used at every place, and no bias multiplies",
    lambda p, c, f, g: (9 * (c // g) + 1) * f,
    "both channels and filters are divided; each of the filters reads a group, and all are made",
    lambda p, c, f, g: p * p * 9 * (c // g) * (f // g),
    "the groups are left out: a filter reads the channels of its own group only",
    lambda p, c, f, g: p * p * 9 * c * f,
    "the groups are multiplied with: each makes its share of the filters, not all of them",
    lambda p, c, f, g: p * p * 9 * c * f * g,
    "this is the depthwise one, of as many groups as channels",
    lambda p, c, f, g: p * p * 9 * f,
    "these are its weights; each is used at every place",
    lambda p, c, f, g: 9 * (c // g) * f,
    "a filter is 3×3: nine places, not three",
    lambda p, c, f, g: p * p * 3 * (c // g) * f,
    "the image has height and width: pixels squared",
    lambda p, c, f, g: p * 9 * (c // g) * f,
    "it is padded, so no rim is lost",
    lambda p, c, f, g: (p - 2) ** 2 * 9 * (c // g) * f,
    "the groups' 1×1 convolutions are counted, too; here is the 3×3 alone",
    lambda p, c, f, g: p * p * (9 * (c // g) * f + 2 * c * f),
    "biases are counted; they are added, not multiplied",
    lambda p, c, f, g: p * p * (9 * (c // g) + 1) * f,
    "it is the inverse: the more groups, the less a filter reads",
    lambda p, c, f, g: p * p * 9 * g * f,
    "9·c + c·f are those of a depthwise separable one; a group's filters read all its channels",
    lambda p, c, f, g: p * p * (9 * c + c * f),
    "channels and filters are added; each filter reads each channel of its group",
    lambda p, c, f, g: p * p * 9 * (c // g + f),
    "9 // groups leaves nothing where there are more groups than nine: divide the channels",
    lambda p, c, f, g: p * p * (9 // g) * c * f,
    "the filters are missing: each of them is used at every place",
    lambda p, c, f, g: p * p * 9 * (c // g),
)


def _back(dy, normal, spread, gamma, mean=1, own=1, axis=1, after=False, total=False):
    """The same with parts of it left out, along another axis, or with gamma behind all."""
    inner = dy if after else gamma * dy
    reduce = np.sum if total else np.mean
    common = reduce(inner, axis=axis, keepdims=True)
    along = reduce(inner * normal, axis=axis, keepdims=True)
    found = (inner - mean * common - own * normal * along) / spread
    return gamma * found if after else found


OTHER_BACKS = because(
    "the last term lacks `normal` in front of its mean, and gamma is forgotten",
    lambda dy, normal, spread, gamma: (
        (dy - dy.mean(1, keepdims=True) - (dy * normal).mean(1, keepdims=True)) / spread
    ),
    "the last term lacks `normal` in front of its mean",
    lambda dy, normal, spread, gamma: (
        ((g := gamma * dy) - g.mean(1, keepdims=True) - (g * normal).mean(1, keepdims=True))
        / spread
    ),
    "mean and deviation are taken to be constants: both change with x, and bring a term each",
    lambda *given: _back(*given, mean=0, own=0),
    "the mean's term is missing: a common shift of a row changes nothing",
    lambda *given: _back(*given, mean=0),
    "the deviation's term is missing: a common factor of a row changes nothing",
    lambda *given: _back(*given, own=0),
    "the means are over the images, as in batch normalisation; here each row is by itself",
    lambda *given: _back(*given, axis=0),
    "the means are over everything; each row has its own",
    lambda *given: _back(*given, axis=None),
    "gamma comes behind; it differs from feature to feature, so it has to be inside of the means",
    lambda *given: _back(*given, after=True),
    "gamma is left out",
    lambda dy, normal, spread, gamma: _back(dy, normal, spread, 1),
    "these are sums; in the terms of mean and deviation stand means",
    lambda *given: _back(*given, total=True),
    "the mean's term is added; it is to be taken off",
    lambda *given: _back(*given, mean=-1),
    "the deviation's term is added; it is to be taken off",
    lambda *given: _back(*given, own=-1),
    "it is not divided by `spread`",
    lambda dy, normal, spread, gamma: _back(dy, normal, 1, gamma),
    "it is multiplied by `spread`; a larger deviation makes a smaller gradient",
    lambda dy, normal, spread, gamma: _back(dy, normal, 1 / spread, gamma),
    "gamma is missing in the term of the mean: all three have the same g = gamma * dy",
    lambda dy, normal, spread, gamma: (
        gamma * dy - dy.mean(1, keepdims=True)
        - normal * (gamma * dy * normal).mean(1, keepdims=True)
    ) / spread,
    "gamma is missing in the term of the deviation: all three have the same g = gamma * dy",
    lambda dy, normal, spread, gamma: (
        gamma * dy - (gamma * dy).mean(1, keepdims=True)
        - normal * (dy * normal).mean(1, keepdims=True)
    ) / spread,
    "it divides by the number of features less one; these are means",
    lambda dy, normal, spread, gamma: (
        (g := gamma * dy) - g.mean(1, keepdims=True)
        - normal * (g * normal).sum(1, keepdims=True) / (g.shape[1] - 1)
    ) / spread,
    "`spread` has its epsilon already: divide by it as it is",
    lambda dy, normal, spread, gamma: _back(dy, normal, spread + 1e-3, gamma),
)  # fmt: skip


OTHER_DEPTHS = because(
    "the later a block, the *less* often it is there; here it grows to `last`",
    lambda count, last: sum(last * number / count for number in range(1, count + 1)),
    "only the first block is counted: does `return` stand inside the loop?",
    lambda count, last: 1 - (1 - last) / count,
    "each block is there as often as the last one; those before it are there more often",
    lambda count, last: count * last,
    "`last` is how often the last block is there; here it is how often it is left out",
    lambda count, last: depth_left(count, 1 - last),
    "these are the blocks that are left out; those that are there are asked for",
    lambda count, last: count - depth_left(count, last),
    "the first block is there always here: number counts from 1, not from 0",
    lambda count, last: sum(1 - (1 - last) * n / count for n in range(count)),
    "the last block is left out of the sum",
    lambda count, last: sum(1 - (1 - last) * n / count for n in range(1, count)),
    "this is the part of the blocks; their number is asked for",
    lambda count, last: depth_left(count, last) / count,
    "it is rounded; on average there are parts of a block",
    lambda count, last: round(depth_left(count, last)),
    "it is half way between 1 and `last`; the first block is left out at times, too",
    lambda count, last: count * (1 + last) / 2,
    "the chances are multiplied; how many blocks are there is the sum of how often each is",
    lambda count, last: float(np.prod([1 - (1 - last) * n / count for n in range(1, count + 1)])),
    "it is a list; the number of blocks is its sum",
    lambda count, last: [1 - (1 - last) * n / count for n in range(1, count + 1)],
    "this is the paper's formula for last = 0.5 alone",
    lambda count, last: (3 * count - 1) / 4,
    "it falls along a power of `last`; it should fall along a straight line",
    lambda count, last: sum(last ** (n / count) for n in range(1, count + 1)),
    "one block's part is taken off, the last one's; those before it are left out at times, too",
    lambda count, last: count - (1 - last),
    "these are the numbers n / count alone: `last` is not used",
    lambda count, last: sum(n / count for n in range(1, count + 1)),
    "`last` is multiplied in again for each block; it should fall along a straight line",
    lambda count, last: sum(last**n for n in range(1, count + 1)),
)
