"""Images and labels as people have them, and rows of them, by position alone."""

import keras
import numpy as np

NUMBERS = (bool, int, float, np.number, np.bool_)
FOREIGN = {  # what has rows in a way of its own, by the name of its type: what to do
    "RaggedTensor": "call .to_tensor(), which fills it up",
    "SparseTensor": "call tf.sparse.to_dense",
    "MaskedArray": "call .filled(value): the mask would be lost",
}


def arrays(given, name):
    """NumPy arrays, or a tuple or a dict of them for several inputs or outputs.

    Arrays, memory maps and HDF5 data sets stay where they are; tensors, pandas' Series and frames
    and lists of numbers become arrays, whatever their index. Raises TypeError, which says what to
    do, for text, objects, sparse and ragged values and lists of unequal length.
    """
    if isinstance(given, dict):
        return {key: arrays(value, f"{name}[{key!r}]") for key, value in given.items()}
    if isinstance(given, (list, tuple)) and not all(_is_number(value) for value in given):
        return tuple(arrays(value, f"{name}[{i}]") for i, value in enumerate(given))
    if isinstance(given, (*NUMBERS, str)) or getattr(given, "shape", None) == ():
        raise TypeError(f"{name} is {given!r}; it must have one row an image")
    return _array(given, name)


def take(structure, rows):
    """These rows of every array. An HDF5 data set wants each once, in rising order."""

    def some(array):
        if isinstance(array, np.ndarray):
            made = np.asarray(array[rows])
        else:
            rising, places = np.unique(rows, return_inverse=True)
            made = array[rising][places]
        return made.astype(native(array), copy=False)

    return keras.tree.map_structure(some, structure)


def native(array):
    """The type of an array's numbers, in this machine's order of bytes."""
    return np.dtype(array.dtype).newbyteorder("=")


def lengths(structure):
    """How many rows each array has, each length once."""
    return sorted({len(array) for array in keras.tree.flatten(structure)})


def _is_number(value):
    """Whether a list's element is part of one array with the others: a number, or lists of some."""
    if isinstance(value, (list, tuple)):
        return all(_is_number(inner) for inner in value)
    return isinstance(value, (*NUMBERS, str)) or value is None or np.ndim(value) == 0


def _array(given, name):
    kind = type(given).__name__
    if kind in FOREIGN:
        raise TypeError(f"{name} is a {kind}: {FOREIGN[kind]}")
    if hasattr(given, "toarray"):  # SciPy's
        raise TypeError(f"{name} is sparse ({kind}): call .toarray()")
    if hasattr(given, "to_numpy"):  # pandas: by position, whatever the index says
        given = given.to_numpy()
    if not isinstance(given, np.ndarray) and not _is_hdf5(given):
        if not isinstance(given, (list, tuple)) and not hasattr(given, "__array__"):
            raise TypeError(f"{name} is a {kind}; it must be an array, or a list of numbers")
        try:
            given = np.asarray(given)
        except ValueError as error:
            raise TypeError(f"{name} does not make an array: its rows differ ({error})") from None
        except Exception as error:
            raise TypeError(f"{name}, a {kind}, does not make a NumPy array: {error}") from None
    if given.dtype.kind == "O" and isinstance(given, np.ndarray):
        given = _unpacked(given)
    if given.dtype.kind not in "biuf" and not _is_small_float(given.dtype):
        first = np.ravel(given[:1])[0] if given.size else None
        raise TypeError(
            f"{name} is of type {given.dtype}, {first!r} and so on; numbers are needed: for names, "
            f"pandas.factorize(names)[0] numbers them"
        )
    if given.dtype.itemsize > 8:
        raise TypeError(f"{name} is of type {given.dtype}; .astype('float64') is the longest")
    return given


def _unpacked(given):
    """Numbers that are kept as objects, as numbers; else the array as it is."""
    try:
        made = np.array(given.tolist())
    except ValueError:
        return given
    return made if made.shape == given.shape and made.dtype.kind in "biuf" else given


def _is_hdf5(given):
    return type(given).__module__.partition(".")[0] == "h5py" and hasattr(given, "shape")


def _is_small_float(dtype):
    return dtype.name.startswith(("bfloat16", "float8"))
