"""Errors of Python itself in an answer: a pattern of the text, and the usual cause, in words.

In {0}, {1} and so on stand the groups of the pattern.
"""

PYTHON = [
    (
        r"You must call `compile\(\)`",
        "fit comes before compile: what should it train, and how fast?",
    ),
    (r"ZeroDivisionError", "it divides by zero: which argument is 0, or are two of them swapped?"),
    (
        r"(?:Model|Functional)\.__init__\(\)|Functional.*missing",
        "keras.Model takes two things, what goes in and what comes out: keras.Model(image, x)",
    ),
    (
        r"(\w+)\.__init__\(\) takes (?:from \d+ to )?\d+ positional arguments? but",
        "{0} takes settings by their names in its first brackets, and tensors in a second pair: "
        "layers.Add()([x, y])",
    ),
    (
        r"(\w+)\.__init__\(\) got multiple values for argument '(\w+)'",
        "{0} gets {1} by its place and by its name: it has fewer, or other, settings before it "
        "than are given (DepthwiseConv2D takes no filters)",
    ),
    (
        r"([\w<>.]+)\(\) missing \d+ required positional arguments?: (.*?)\)?$",
        "{0} is called without {1}: hand it over, or where {0} is the exercise's, compare its "
        "first line",
    ),
    (
        r"takes (?:from \d+ to )?(\d+) positional arguments? but (\d+)",
        "a function or layer that takes {0} arguments is given {1}: settings go by their names, "
        "several tensors into one list, and your first line has to be the exercise's",
    ),
    (
        r"Value after \* must be an iterable, not (\w+)",
        "a list is wanted and a {0} comes: is there a return, and do brackets stand around it?",
    ),
    (
        r"truth value of an array",
        "an array stands where one number is wanted: in a condition, in Python's max or min, or "
        "because two things are handed over in the other order",
    ),
    (
        r"Cannot convert '?(\d+)'? to a shape",
        "a shape is one thing, in brackets of its own: keras.Input((28, 28, 1))",
    ),
    (r"EOFError", "input() waits for somebody to type: take it out"),
    (r"bitwise_xor|for \^:", "powers are written **, not ^"),
    (
        r"Invalid value received for argument `rate`",
        "a rate of dropout is a part of 1: half is 0.5",
    ),
    (
        r"cannot unpack non-iterable (\S+) object",
        "one value ({0}) stands where two are wanted: a loop over two names takes zip or enumerate",
    ),
    (
        r"can only concatenate str|must be str, not int",
        "a text and a number are joined by +: f'block{{i}}' makes one text of them",
    ),
    (
        r"Could not interpret optimizer identifier: (\S+)",
        "the rate goes into an optimizer: keras.optimizers.Adam({0})",
    ),
    (
        r"for \S+ or pow\(\): '(?:tuple|list)'|'(?:tuple|list)' and '(?:int|float)'",
        "a tuple or list of several values is computed with as if it were one number: take one of "
        "them, or make it an array",
    ),
    (
        r"'(\S+)' not supported between instances of '(\w+)' and '(\w+)'",
        "{0} stands between a {1} and a {2}, and compares two single numbers: a number stands "
        "without quotation marks, and of a list, min, max or an index takes one",
    ),
    (
        r"object of type '(zip|map|generator|filter|enumerate)' has no len|'(zip|map|generator)' "
        r"object is not subscriptable",
        lambda one, other: (
            f"a {one or other} has neither a length nor places: make it a list, "
            f"list({'' if (one or other) == 'generator' else one or other}(...))"
        ),
    ),
    (
        r"can't multiply sequence",
        "a list is multiplied: turn it into an array first, or go over its numbers",
    ),
    (
        r"The `(\w+)` argument must be a tuple of (\d+)",
        "{0} should be one number or {1} of them: height and width, without images and channels, "
        "and without quotation marks; a text stands in the wrong place there: padding='same'",
    ),
    (
        r"UnboundLocalError: .*'(\w+)'",
        "{0} is read before it has a value: was it spelled otherwise in the line that sets it?",
    ),
    (
        r"NameError: name '(\w+)' is not defined",
        "{0} is not defined: a typing mistake, or a cell above that has not been run",
    ),
    (
        r"'NoneType' and|and 'NoneType'|'NoneType' object",
        "None is computed with: is there a return in the function that makes it? (reverse, sort "
        "and append change a list and give None.)",
    ),
    (
        r"'(int|float|str|tuple|KerasTensor)' object is not callable",
        "brackets stand behind what is no function ({0}): is a * missing, a name used twice, or a "
        "keras.Input among the layers?",
    ),
    (
        r"'float' object cannot be interpreted as an integer|slice indices must be integers",
        "a whole number is wanted, and a fraction comes: // divides without one; or do two "
        "arguments stand in the other order, or is a part of 1 meant (a power takes it: **)?",
    ),
    (
        r"invalid dimension '(\d+\.\d+)'",
        "a layer is to have {0} filters: a whole number is wanted; // divides without a remainder",
    ),
    (
        r"expected min_ndim=4, found ndim=3",
        "a layer for images wants (images, height, width, channels): is the 1 of one channel "
        "missing in keras.Input, or the axis of images, image[None]?",
    ),
    (
        r"[Tt]oo many positional arguments",
        "more arguments than it takes: an addition and a concatenation take one list, "
        "layers.Add()([x, y])",
    ),
    (
        r"module '([\w.]+)' has no attribute '(\w+)'",
        "{0} has no {1}: a typing mistake, or it is called otherwise in Keras 3",
    ),
    (
        r"'(\w+)' object has no attribute '(\w+)'",
        "{1} is asked of a {0}, which has none: is it another kind of value than you think?",
    ),
    (
        r"'(int|float|NoneType|numpy\.\w+)' object is not (?:iterable|subscriptable)",
        "a single number ({0}) stands where several are wanted: a loop over n takes range(n)",
    ),
    (
        r"'(\w+)' object is not subscriptable",
        "brackets [ ] stand behind a {0}, which has no places: are things unpacked in another "
        "order than they come?",
    ),
    (
        r"'(\w+)' object is not iterable",
        "a loop goes over a {0}, which is no list: a model's layers are model.layers",
    ),
    (
        r"multiple values for argument '(\w+)'",
        "{0} is given twice, by its place and by its name, or several things to join are no list",
    ),
    (
        r"The `data_format` argument.*(?:[Kk]eras_?[Tt]ensor|<class)",
        "a tensor stands where a setting belongs, or a pair of brackets is missing: "
        "layers.Flatten()(x) makes a layer, then calls it",
    ),
    (
        r"The `data_format` argument",
        "a setting stands in the wrong place: give it by its name, padding='same'",
    ),
    (
        r"unsupported operand type\(s\) for (\S+): '?(\w+)'? and '?(\w+)",
        "{0} does not work between a value of kind {1} and one of kind {2}",
    ),
    (
        r"missing \d+ required keyword-only arguments?: '(\w+)'",
        "{0} is missing: it has to be given by its name, {0}=...",
    ),
    (
        r"values to unpack",
        "there are not as many names on the left of = as values on the right",
    ),
    (
        r"(tuple|list) index out of range",
        "a place is read that the {0} does not have; places are counted from 0",
    ),
    (
        r"names should be unique",
        "two of its layers have the same name: each needs its own, or none",
    ),
    (
        r"Invalid input shape for input|Input shape incompatible|is incompatible with the layer",
        "a layer or a network gets an input of another shape than it was built for: what comes "
        "before it, and was that called?",
    ),
    (r"cannot contain character `/`", "a layer's name has no / in it"),
    (
        r"Identity matrix initializer",
        "this start is one for a matrix, the kernel_initializer; biases begin with zeros",
    ),
    (
        r"Iterating over a symbolic KerasTensor",
        "a tensor stands where numbers belong: layers.MaxPooling2D(2)(x) has two pairs of brackets",
    ),
]
