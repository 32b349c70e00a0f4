"""What usually causes an error of Keras, NumPy or Python, in words."""

import re

from utils.checks.arrays import ARRAYS
from utils.checks.fitting import added, joined, shape_of, too_small
from utils.checks.meant import activation, argument, keyword
from utils.checks.slips import PYTHON


def cause_of(text):
    """The cause of an error from its "Kind: message", in a clause; None for one not known here."""
    for pattern, words in CAUSES:
        if found := re.search(pattern, text):
            return words(*found.groups()) if callable(words) else words.format(*found.groups())
    return None


BROADCAST = (
    "arrays of {} and {} meet in an arithmetic operation: counted from the last axis, each pair of "
    "lengths has to be equal, or one of them 1"
)
SMALL = r"output size would be (?:zero or )?negative.*?"  # Keras 3.15 and 3.13
CAUSES = [
    (r"Inputs have incompatible shapes\. Received shapes \(([^)]*)\) and \(([^)]*)\)", added),
    (r"Cannot broadcast shape.*Input shapes are: \[([^\]]*)\] and \[([^\]]*)\]", added),
    (r"requires inputs with matching shapes.*input_shape=\[(.*)\]", joined),
    (
        r"should be called on a list.*None",
        "an addition or a concatenation gets None: is there a return in the function before it?",
    ),
    (
        r"(?:A merge layer|A `Concatenate` layer) should be called on a list",
        "an addition or a concatenation takes a list: layers.Add()([x, shortcut])",
    ),
    (SMALL + r"inputs shape=\(([^)]*)\).*?kernel shape=\(([^)]*)\)", too_small),
    (SMALL + r"inputs.shape=\[([^\]]*)\].*?pool_size=\[([^\]]*)\]", too_small),
    (
        r"expected axis -1 of input shape to have value (\d+), but received .*shape \(([^)]*)\)",
        lambda value, shape: (
            f"one layer is used twice, or read what it was not made for: its weights are for "
            f"{value} channels, and it gets {shape_of(shape)}. Each place needs a layer of its own"
        ),
    ),
    (
        r"of layer '(\w+)' is incompatible.*expected (?:min_)?ndim=4, found ndim=2.*\(([^)]*)\)",
        lambda name, shape: (
            f"{name} needs maps, and it gets a vector of {shape_of(shape)}: it stands behind a "
            f"Flatten, a global pooling or a dense layer, or reads another x than you think"
        ),
    ),
    (r"Unrecognized keyword arguments passed to (\w+): (\{.*?\})", keyword),
    (r"Could not interpret activation function identifier: (\w+)", activation),
    (
        r"KerasTensor (?:is symbolic|cannot be used as input to a TensorFlow)",
        "a function of NumPy or TensorFlow, or a layer's setting, gets a tensor of Keras, which "
        "has a shape and no numbers yet: take a layer or keras.ops, and two pairs of brackets, "
        "layers.BatchNormalization()(x)",
    ),
    (
        r"symbolic KerasTensor cannot be used as a boolean",
        "a tensor stands where a setting belongs, or in a condition: layers.ReLU()(x), with "
        "two pairs of brackets, makes a layer and then calls it",
    ),
    (
        r"Only input tensors may be passed as positional.*?: ([\d.]+) \(of type",
        "a layer is called on {0}: settings go into its first brackets, layers.ReLU(6.0)(x)",
    ),
    (
        r"Only input tensors may be passed as positional.*?<(\w+) name=",
        "a layer is handed on where its output is wanted: call {0} on a tensor first",
    ),
    (
        r"All `outputs` values must be KerasTensors.*?<(\w+) name=",
        "a layer is handed on where its output is wanted: call {0} on a tensor first",
    ),
    (
        r"expects 1 input\(s\), but it received (\d+)",
        "a layer for one tensor gets a list of {0}: join them first, by Add or Concatenate",
    ),
    (
        r"Inputs to a layer should be tensors\. Got 'None'",
        "a layer gets None: is there a return in the function before it?",
    ),
    (
        r"Inputs to a layer should be tensors\. Got '?([^' ]*)",
        "a layer or a network is called on {0}, which is no tensor: call it on x, and hand a "
        "function over without brackets",
    ),
    (
        r"not connected to `inputs`|Graph disconnected",
        "what comes out is not made from what goes in: are the two exchanged, keras.Model(image, "
        "x), or is it a new keras.Input in the place of network.input?",
    ),
    (
        r"`padding` (?:argument )?must be .*?Received: (?:padding=)?(\w+)",
        "padding is 'same' or 'valid', in small letters; it is {0!r}",
    ),
    (
        r"Could not interpret initializer identifier: (\w+)",
        "Keras has no initializer {0!r}: 'zeros' and 'he_normal' are two of its own; a variable "
        "stands without quotation marks",
    ),
    (
        r"The total size of the tensor must be unchanged.*input_shape=\(([^)]*)\), "
        r"target_shape=\(([^)]*)\)",
        lambda own, wanted: (
            f"{shape_of(own)} cannot be reshaped to {shape_of(wanted)}: these are not as many "
            f"numbers"
        ),
    ),
    (
        r"must be evenly divisible.*groups=([2-9]|\d\d+), (?:filters|channels?)=(\d+)",
        "{1} filters cannot be parted into {0} groups: use a multiple of {0}, or are two arguments "
        "exchanged?",
    ),
    (
        r"The number of filters must be evenly divisible.*groups=1, filters=(\d+\.\d+)",
        "{0} filters: it has to be a whole number; // divides without a remainder",
    ),
    (
        r"operands could not be broadcast together with shapes \(([^)]*)\) \(([^)]*)\)",
        lambda a, b: BROADCAST.format(shape_of(a), shape_of(b)),
    ),
    (
        r"Incompatible shapes: \[([^\]]*)\] vs\. \[([^\]]*)\]",
        lambda a, b: BROADCAST.format(shape_of(a), shape_of(b)),
    ),
    (
        r"could not broadcast input array from shape \(([^)]*)\) into shape \(([^)]*)\)",
        lambda a, b: f"{shape_of(a)} numbers are put in a place for {shape_of(b)}",
    ),
    (
        r"matmul: .*size (\d+) is different from (\d+)|not aligned: (\d+) \(dim \d\) != (\d+)",
        lambda a, b, c, d: (
            f"a matrix product gets lengths {b or c} and {a or d}: the last axis of the first "
            f"array and the first of the second have to agree"
        ),
    ),
    (
        r"cannot reshape array of size (\d+) into shape \(([^)]*)\)",
        lambda size, shape: f"{int(size):,} numbers do not fill {shape_of(shape)}",
    ),
    (
        r"input array dimensions except for the concatenation axis|all input arrays must have the",
        "arrays are joined that differ in another axis than the one along which they are joined",
    ),
    (
        r"(\w+)\.__init__\(\) missing \d+ required positional arguments?: (.*?)$",
        "{0} needs {1} in its first brackets: layers.{0}(...)(x)",
    ),
    (r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", argument),
    (
        r"Error: got an unexpected keyword argument '(\w+)'",
        "{0} is given where a layer is called on x: a setting belongs into the first brackets, "
        "layers.Conv2D(..., {0}=...)(x)",
    ),
    (
        r"Argument `learning_rate` should be float",
        "a learning rate is one of Python's numbers with a point, 0.01: float(...) makes one of a "
        "whole number, of NumPy's or of a text",
    ),
    (
        r"'module' object is not callable",
        "a module is called as if it were a function: is the function's name spelled right?",
    ),
    (
        r"KeyError: ([\d.]+)$",
        "a dict has no entry for {0}: is the argument the value itself already?",
    ),
    (
        r"only integers, slices .* are valid indices",
        "what stands in the brackets has to be whole numbers; loop over range(len(...))",
    ),
    (
        r"Inner dimensions \(x1\.shape\[-1\] and x2\.shape\[-2\]\) must be equal.*shape=\(([^)]*)\)"
        r".*shape=\(([^)]*)\)",
        lambda a, b: (
            f"@ is a matrix product, here of {shape_of(a)} and {shape_of(b)}, whose inner lengths "
            f"differ; * multiplies number by number"
        ),
    ),
    (
        r"The layer (\w+) has never been called",
        "{0} has no input yet: start the model with keras.Input(shape); of a Sequential take "
        ".inputs[0] and .outputs[0]",
    ),
    (
        r"Only instances of `keras.Layer` can be added to a Sequential model.*KerasTensor",
        "keras.Sequential takes layers; of tensors a model is made by keras.Model(image, x)",
    ),
    (
        r"Shapes used to initialize variables must be fully-defined",
        "a layer cannot tell how many weights it has: a side of the input is open, or a setting "
        "stands in the place of another (the first of BatchNormalization is axis, so it takes "
        "momentum=...)",
    ),
    *ARRAYS,
    *PYTHON,
]
