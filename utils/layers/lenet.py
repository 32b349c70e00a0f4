"""The layers and the loss of the LeNet-5 of 1998.

Source: LeCun, Bottou, Bengio, Haffner, "Gradient-Based Learning Applied to Document
Recognition", Proceedings of the IEEE, 1998, section II.B, section II.C and appendix A.
"""

import keras
import numpy as np
from keras import ops

register = keras.saving.register_keras_serializable("classic_networks")


@register
def scaled_tanh(a):
    """The squashing function f(a) = 1.7159 tanh(2a/3); f(1) = 1, f(-1) = -1 (appendix A)."""
    return 1.7159 * ops.tanh(2 / 3 * a)


def uniform(fan_in):
    """The paper's initial weights, uniform in +-2.4 / fan_in (appendix A)."""
    return keras.initializers.RandomUniform(-2.4 / fan_in, 2.4 / fan_in)


@register
class Subsampling(keras.layers.Layer):
    """S2 and S4: the sum of each window, times a weight, plus a bias, then squashed.

    Every map has one weight and one bias of its own: 2 parameters a map, where average
    pooling has none. Shapes: (batch, h, w, maps) -> (batch, h // size, w // size, maps).
    Source: section II.B, layers S2 and S4.
    """

    def __init__(self, size=2, activation=scaled_tanh, **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        maps = input_shape[-1]
        self.scale = self.add_weight(name="scale", shape=(maps,), initializer=uniform(self.size**2))
        self.bias = self.add_weight(name="bias", shape=(maps,), initializer="zeros")
        self.multiply_adds_per_position = 0  # pooling does not count
        self.connections_per_position = maps * (self.size**2 + 1)

    def call(self, x):
        mean = ops.average_pool(x, self.size, strides=self.size)
        return self.activation(self.size**2 * self.scale * mean + self.bias)

    def get_config(self):
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), "size": self.size, "activation": activation}


@register
class SparseConv2D(keras.layers.Layer):
    """C3: a convolution in which each output map reads only some of the input maps.

    `table` holds one string per input map and one character per output map, "X" where the
    two are connected, as the paper's Table I. Only connected pairs have weights.
    Shapes: (batch, h, w, len(table)) -> (batch, h - k + 1, w - k + 1, len(table[0])).
    Raises ValueError when the table is ragged, has another character than "X" and ".",
    leaves an output map without inputs, or does not fit the input's maps.
    """

    def __init__(self, table, kernel_size, activation=scaled_tanh, **kwargs):
        super().__init__(**kwargs)
        self.table = tuple(table)
        self.kernel_size = kernel_size
        self.activation = keras.activations.get(activation)
        if len(set(map(len, self.table))) != 1 or set("".join(self.table)) - set("X."):
            raise ValueError(
                f"{self.name}: a connection table is strings of equal length made of 'X' and '.', "
                f"one per input map; got {self.table}"
            )
        connected = np.array([[mark == "X" for mark in row] for row in self.table])
        if not connected.any(axis=0).all():
            empty = np.flatnonzero(~connected.any(axis=0)).tolist()
            raise ValueError(
                f"{self.name}: output maps {empty} read no input map; mark one with 'X'"
            )
        self.connected = connected  # (input maps, output maps)

    def build(self, input_shape):
        if input_shape[-1] != len(self.table):
            raise ValueError(
                f"{self.name}: the connection table has {len(self.table)} rows, one per input map, "
                f"but the input has {input_shape[-1]} maps; give the table as many rows as maps"
            )
        k, pairs, maps = self.kernel_size, np.argwhere(self.connected), self.connected.shape[1]
        # Row n puts the n-th 5x5 filter at its place among (input map, output map).
        scatter = np.zeros((len(pairs), self.connected.size), "float32")
        scatter[np.arange(len(pairs)), pairs @ [maps, 1]] = 1
        self.scatter = scatter
        fan_in = k * k * self.connected.sum(axis=0)[pairs[:, 1]]  # one for each pair

        def per_map(shape, dtype=None):
            unit = keras.initializers.RandomUniform(-1, 1)(shape, dtype=dtype)
            return unit * ops.cast(2.4 / fan_in, unit.dtype)

        self.kernel = self.add_weight(name="kernel", shape=(k, k, len(pairs)), initializer=per_map)
        self.bias = self.add_weight(name="bias", shape=(maps,), initializer="zeros")
        self.multiply_adds_per_position = k * k * len(pairs)
        self.connections_per_position = k * k * len(pairs) + maps

    def dense_kernel(self):
        """The weights as a kernel (k, k, input maps, output maps), 0 where unconnected."""
        flat = ops.matmul(self.kernel, ops.cast(self.scatter, self.kernel.dtype))
        return ops.reshape(flat, (self.kernel_size, self.kernel_size, *self.connected.shape))

    def call(self, x):
        kernel = ops.cast(self.dense_kernel(), self.compute_dtype)
        return self.activation(ops.conv(x, kernel, padding="valid") + self.bias)

    def get_config(self):
        own = {"table": self.table, "kernel_size": self.kernel_size}
        own["activation"] = keras.activations.serialize(self.activation)
        return {**super().get_config(), **own}


@register
class EuclideanRBF(keras.layers.Layer):
    """The output layer: y_i = sum_j (x_j - w_ij)^2, the squared distance to each class's code.

    `codes`, one row of +1 and -1 a class, is fixed, not trained. The smallest output wins.
    Shapes: (batch, n) -> (batch, classes), for codes of shape (classes, n). Raises
    ValueError when the codes are not as long as the input. Source: equation 7.
    """

    def __init__(self, codes, **kwargs):
        super().__init__(**kwargs)
        self.code_values = np.asarray(codes, "float32").tolist()

    def build(self, input_shape):
        shape = np.shape(self.code_values)
        if len(shape) != 2 or shape[1] != input_shape[-1]:
            raise ValueError(
                f"{self.name}: codes of shape {shape} do not fit an input of {input_shape[-1]} "
                f"numbers; they must have shape (classes, {input_shape[-1]})"
            )
        fixed = keras.initializers.Constant(np.array(self.code_values))
        self.codes = self.add_weight(name="codes", shape=shape, initializer=fixed, trainable=False)
        self.multiply_adds_per_position = 0  # distances, not weighted sums
        self.connections_per_position = shape[0] * shape[1]

    def call(self, x):
        return ops.sum(ops.square(x[:, None, :] - self.codes), axis=-1)

    def get_config(self):
        return {**super().get_config(), "codes": self.code_values}


@register
class MAPLoss(keras.losses.Loss):
    """The paper's loss y_D + log(e^-j + sum_i e^-y_i), for distances y and the right class D.

    The constant j > 0 is the penalty of a "none of these" class: a wrong class is pushed away
    until its distance exceeds j. The paper gives no value. Shapes: labels (batch,) or
    (batch, 1), distances (batch, classes). Raises ValueError for j <= 0. Source: equation 9.
    """

    def __init__(self, j=10.0, name="map_loss", **kwargs):
        super().__init__(name=name, **kwargs)
        if not j > 0:
            raise ValueError(f"MAPLoss: j must be positive (equation 9), got {j}")
        self.j = j

    def call(self, labels, distances):
        right = ops.one_hot(ops.reshape(ops.cast(labels, "int32"), (-1,)), distances.shape[-1])
        none_of_these = ops.full_like(distances[:, :1], self.j)
        penalties = ops.concatenate([distances, none_of_these], axis=-1)
        right = ops.cast(right, distances.dtype)
        return ops.sum(right * distances, axis=-1) + ops.logsumexp(-penalties, axis=-1)

    def get_config(self):
        return {**super().get_config(), "j": self.j}


@register
def nearest_code(labels, distances):
    """Accuracy of a network that ends in distances: 1 where the smallest belongs to the label."""
    nearest = ops.argmin(distances, axis=-1)
    return ops.cast(nearest == ops.reshape(ops.cast(labels, nearest.dtype), (-1,)), "float32")
