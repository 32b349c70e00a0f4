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
        r"missing (\d+) required positional argument",
        "it takes more arguments than it is given: compare its first line with the exercise's",
    ),
    (
        r"takes (?:from \d+ to )?(\d+) positional arguments? but (\d+)",
        "a function or layer that takes {0} arguments is given {1}: settings go by their names, "
        "several tensors into one list, and your first line has to be the exercise's",
    ),
    (
        r"'(\S+)' not supported between instances of '(\w+)' and '(\w+)'",
        "a {1} stands where a single number is wanted, or the other way round ({0} with a {2})",
    ),
    (
        r"can't multiply sequence",
        "a list is multiplied: turn it into an array first, or go over its numbers",
    ),
    (
        r"The `(\w+)` argument must be a tuple of (\d+)",
        "{0} should be one number or {1} of them: height and width, without batch and channels",
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
        "None is computed with: is there a return in the function that makes it?",
    ),
    (
        r"'(int|float|str|tuple|KerasTensor)' object is not callable",
        "brackets stand behind what is no function ({0}): is a * missing, or a name used twice?",
    ),
    (
        r"'float' object cannot be interpreted as an integer|slice indices must be integers",
        "a whole number is wanted, and / makes fractions: take //",
    ),
    (
        r"invalid dimension '(\d+\.\d+)'",
        "a layer is to have {0} filters: a whole number is wanted; // divides without a remainder",
    ),
    (
        r"expected min_ndim=4, found ndim=3",
        "maps have height, width and channels: is the 1 of one channel missing in keras.Input?",
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
        r"'(int|float|NoneType)' object is not (?:iterable|subscriptable)",
        "a single number ({0}) stands where several are wanted: a loop over n takes range(n)",
    ),
    (
        r"multiple values for argument '(\w+)'",
        "{0} is given twice, by its place and by its name",
    ),
    (
        r"The `data_format` argument",
        "a setting stands in the wrong place: give it by its name, padding='same'",
    ),
    (
        r"unsupported operand type\(s\) for (\S+): '?(\w+)'? and '?(\w+)",
        "{0} does not work between a {1} and a {2}; powers are written **",
    ),
    (
        r"missing \d+ required keyword-only arguments?: '(\w+)'",
        "{0} is missing: it has to be given by its name, {0}=...",
    ),
    (
        r"only integer scalar arrays can be converted",
        "several arrays to join have to be one list or tuple, with brackets around them",
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
        r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
        "place {0} is read on an axis of {2} places, which are counted from 0",
    ),
]
