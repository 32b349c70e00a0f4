"""Inception blocks: filters of several sizes side by side."""

from keras import layers

from utils.blocks.convolutions import conv_relu
from utils.whole import whole


def inception_block(x, filters, *, name):
    """Four branches side by side, their channels put one behind the other.

    `filters` are those of 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5 and pool proj, the columns of
    table 1: (batch, h, w, c) -> (batch, h, w, 1x1 + 3x3 + 5x5 + pool proj). Raises ValueError for
    other than six positive whole numbers, and for maps under 3x3, where a 5x5 filter's rim would
    read nothing but padding. Source: Szegedy et al. 2015, figure 2b.
    """
    columns = ("1x1", "3x3_reduce", "3x3", "5x5_reduce", "5x5", "pool_proj")
    filters = _checked(x, filters, columns, name)
    n1x1, n3x3_reduce, n3x3, n5x5_reduce, n5x5, pool_proj = filters
    b1 = conv_relu(x, n1x1, 1, name=f"{name}_1x1")
    b2 = conv_relu(x, n3x3_reduce, 1, name=f"{name}_3x3_reduce")
    b2 = conv_relu(b2, n3x3, 3, name=f"{name}_3x3")
    b3 = conv_relu(x, n5x5_reduce, 1, name=f"{name}_5x5_reduce")
    b3 = conv_relu(b3, n5x5, 5, name=f"{name}_5x5")
    b4 = layers.MaxPooling2D(3, 1, padding="same", name=f"{name}_pool")(x)
    b4 = conv_relu(b4, pool_proj, 1, name=f"{name}_pool_proj")
    return layers.Concatenate(name=f"{name}_output")([b1, b2, b3, b4])


def naive_inception_block(x, filters, *, name):
    """The same without 1x1 bottlenecks: convolutions 1x1, 3x3 and 5x5 on x, and x pooled.

    `filters` are those of 1x1, 3x3 and 5x5; the pooling keeps all channels: (batch, h, w, c) ->
    (batch, h, w, 1x1 + 3x3 + 5x5 + c). Errors as in `inception_block`. Source: Szegedy et al.
    2015, figure 2a.
    """
    columns = ("1x1", "3x3", "5x5")
    filters = _checked(x, filters, columns, name)
    branches = [
        conv_relu(x, n, int(size[0]), name=f"{name}_{size}") for n, size in zip(filters, columns)
    ]
    pooled = layers.MaxPooling2D(3, 1, padding="same", name=f"{name}_pool")(x)
    return layers.Concatenate(name=f"{name}_output")([*branches, pooled])


def _checked(x, filters, columns, name):
    if len(filters) != len(columns):
        raise ValueError(
            f"{name}: filters are {len(columns)} numbers, {', '.join(columns)}; got {len(filters)}"
        )
    made = [whole(n, f"{name}: filters[{column}]") for column, n in zip(columns, filters)]
    size = x.shape[1:3]
    if None not in size and min(size) < 3:
        raise ValueError(
            f"{name}: a map of {size[0]}x{size[1]} is too small for 5x5 filters, whose rim would "
            f"read nothing but padding; use a map of 3x3 or more, that is, a larger image"
        )
    return made
