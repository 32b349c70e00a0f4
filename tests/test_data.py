"""Data sets load as keras.datasets gives them, and damage is named before training starts."""

import hashlib
import shutil

import keras
import numpy as np
import pytest

from utils import data

SHIPPED = data.FOLDER / "fashion_mnist"
MD5 = {
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
}
MNIST = {
    "x_train": np.arange(3 * 784).reshape(3, 28, 28).astype("uint8"),
    "y_train": np.array([1, 2, 9], "uint8"),
    "x_test": np.zeros((2, 28, 28), "uint8"),
    "y_test": np.array([0, 5], "uint8"),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(data.sets, "FOLDER", tmp_path)
    return tmp_path


def test_photographs_are_those_that_are_credited():
    photos = data.FOLDER / "photos"
    credits = (photos / "README.md").read_text(encoding="utf-8")
    shipped = [p for p in photos.iterdir() if p.suffix != ".md"]
    assert {photo.stem for photo in shipped} == set(data.PHOTOS)
    for photo in shipped:
        assert f"| {photo.name} |" in credits
        assert hashlib.sha256(photo.read_bytes()).hexdigest() in credits


def test_fashion_mnist():
    (x_train, y_train), (x_test, y_test) = data.load("fashion_mnist")
    assert x_train.shape == (60_000, 28, 28) and x_test.shape == (10_000, 28, 28)
    assert x_train.dtype == y_train.dtype == np.uint8
    assert (np.bincount(y_train) == 6_000).all() and (np.bincount(y_test) == 1_000).all()
    assert data.CLASSES["fashion_mnist"][y_train[0]] == "Ankle boot"


@pytest.mark.parametrize("file", MD5)
def test_the_files_are_the_official_ones(file):
    packed = (data.FOLDER / "fashion_mnist" / file).read_bytes()
    assert hashlib.md5(packed).hexdigest() == MD5[file]


@pytest.mark.parametrize("damage", ["truncate", "alter", "remove"])
def test_damaged_file_is_named(folder, damage):
    shutil.copytree(SHIPPED, folder / "fashion_mnist")
    path = folder / "fashion_mnist" / "t10k-labels-idx1-ubyte.gz"
    packed = path.read_bytes()
    if damage == "remove":
        path.unlink()
    else:
        path.write_bytes(packed[:1000] if damage == "truncate" else packed[:-1] + b"x")
    with pytest.raises((ValueError, FileNotFoundError), match="t10k-labels.*git checkout"):
        data.load("fashion_mnist")


def test_unknown_name_lists_the_known():
    with pytest.raises(ValueError, match="imagenet.*fashion_mnist"):
        data.load("imagenet")


def test_npz_wins_over_the_download(folder, monkeypatch):
    np.savez(folder / "mnist.npz", **MNIST)
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: pytest.fail("asked the network"))
    (x_train, y_train), _ = data.load("mnist")
    assert (x_train == MNIST["x_train"]).all() and y_train.tolist() == [1, 2, 9]


def test_without_a_file_keras_is_asked(folder, monkeypatch):
    given = (MNIST["x_train"], MNIST["y_train"]), (MNIST["x_test"], MNIST["y_test"])
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: given)
    assert data.load("mnist")[1][1].tolist() == [0, 5]


@pytest.mark.parametrize(
    "name, kept, error",
    [
        ("cifar10", "cifar-10-batches-py-target/cifar-10-batches-py/data_batch_3", EOFError("end")),
        ("cifar10", "cifar-10-batches-py-target_archive", FileNotFoundError("data_batch_1")),
        ("mnist", "mnist.npz", Exception("URL fetch failure")),
    ],
)
def test_a_damaged_copy_of_kerass_is_told_from_a_failed_download(
    folder, tmp_path, monkeypatch, name, kept, error
):
    def damaged():
        raise error

    file = tmp_path / "datasets" / kept
    file.parent.mkdir(parents=True)
    file.touch()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(getattr(keras.datasets, name), "load_data", damaged)
    with pytest.raises(ValueError, match=f"cannot be read.*remove {tmp_path}/datasets/") as caught:
        data.load(name)
    assert kept.split("/")[0] in str(caught.value)


@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_offline_names_the_file_to_put_where(folder, monkeypatch, name):
    def offline():
        raise Exception("URL fetch failure")

    monkeypatch.setattr(getattr(keras.datasets, name), "load_data", offline)
    with pytest.raises(FileNotFoundError, match=f"{name}.npz.*x_train, y_train") as caught:
        data.load(name)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "change, message",
    [
        ({"x_train": np.zeros((3, 32, 32), "uint8")}, r"x_train.*\(3, 32, 32\).*\(n, 28, 28\)"),
        ({"x_test": np.zeros((2, 28, 28), "float32")}, "x_test.*float32.*uint8"),
        ({"y_train": np.zeros((3, 1), "uint8")}, "y_train.*3, 1"),
        ({"y_test": np.array([0, 10], "uint8")}, "label 10"),
        ({"y_train": np.array([1, 2], "uint8")}, "3 images.*2 labels"),
        ({"x_train": np.zeros((0, 28, 28), "uint8")}, "x_train.*0, 28, 28"),
        ({"y_test": None}, "no array y_test"),
    ],
)
def test_wrong_arrays_are_named(folder, change, message):
    arrays = {key: value for key, value in {**MNIST, **change}.items() if value is not None}
    np.savez(folder / "mnist.npz", **arrays)
    with pytest.raises(ValueError, match=f"mnist.npz.*{message}"):
        data.load("mnist")


@pytest.mark.parametrize("keep", [0, 40, 400])
def test_truncated_npz_is_named(folder, keep):
    path = folder / "mnist.npz"
    np.savez_compressed(path, **MNIST)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ValueError, match="mnist.npz cannot be read"):
        data.load("mnist")


def test_a_single_array_is_no_archive(folder):
    with open(folder / "mnist.npz", "wb") as file:
        np.save(file, MNIST["x_train"])
    with pytest.raises(ValueError, match="mnist.npz cannot be read"):
        data.load("mnist")


def test_npz_with_pickled_objects_is_refused(folder):
    np.savez(folder / "mnist.npz", **{**MNIST, "x_train": np.array([{}], dtype=object)})
    with pytest.raises(ValueError, match="mnist.npz cannot be read"):
        data.load("mnist")
