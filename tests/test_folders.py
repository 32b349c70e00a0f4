"""Learners' own classes: what is read, how it is parted, and what is refused, by name."""

import io
import warnings
import zipfile

import numpy as np
import pytest
from PIL import Image

from utils import data


def picture(seed, size=(20, 30), kind="PNG"):
    """A file's bytes."""
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), "uint8")
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def classes(folder, counts, kind="png"):
    """A folder of so many photographs a class."""
    for label, count in counts.items():
        (folder / label).mkdir(parents=True)
        for i in range(count):
            name = f"{i:02}.{kind}"
            (folder / label / name).write_bytes(picture((len(label), i, ord(label[0]))))
    return folder


@pytest.fixture
def here(tmp_path):
    return classes(tmp_path / "my pictures", {"Kätzchen": 10, "my dog": 5})


def test_each_class_is_parted_by_file(here):
    train, test = data.folders(here, 16)
    assert train.classes == test.classes == ("Kätzchen", "my dog")
    assert np.bincount(train.labels).tolist() == [8, 4] and np.bincount(test.labels).tolist() == [
        2,
        1,
    ]
    assert not set(train.names) & set(test.names) and len({*train.names, *test.names}) == 15
    for part in (train, test):
        for name, label in zip(part.names, part.labels):
            assert name.split("/")[0] == part.classes[label]
    images, labels = train[0]
    assert images.shape == (12, 16, 16, 3) and images.dtype == np.uint8
    np.testing.assert_array_equal(labels, train.labels)
    np.testing.assert_array_equal(images[3], data.photo(here / train.names[3], 16))


def test_the_seed_draws_what_is_held_out(here):
    first, again, other = (data.folders(here, 8, seed=seed)[1].names for seed in (0, 0, 3))
    assert first == again != other


def test_a_class_more_leaves_the_others_where_they_were(here):
    before = {n for n in data.folders(here, 8)[1].names if n.startswith("my dog")}
    classes(here, {"zebra": 4})
    assert before == {n for n in data.folders(here, 8)[1].names if n.startswith("my dog")}


def test_batches_come_in_order_or_shuffled_and_each_label_with_its_picture(here):
    train, _ = data.folders(here, 8, batch_size=5)
    assert [len(train[i][1]) for i in range(len(train))] == [5, 5, 2]
    mixed = train.shuffled(seed=1)
    orders = []
    for _ in range(2):
        found = [mixed[i] for i in range(len(mixed))]
        orders.append([image.tobytes() for images, _ in found for image in images])
        for images, labels in found:
            for image, label in zip(images, labels):
                there = [data.photo(here / name, 8).tobytes() for name in train.names]
                assert train.labels[there.index(image.tobytes())] == label
        mixed.on_epoch_end()
    assert orders[0] != orders[1] and sorted(orders[0]) == sorted(orders[1])
    with pytest.raises(IndexError):
        train[3]


def test_a_zip_is_read_as_the_folder_in_it(here, tmp_path):
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
        for path in sorted(here.rglob("*.png")):
            archive.write(path, f"all/of them/{path.relative_to(here)}")
        archive.writestr("__MACOSX/all/._x.png", b"junk")
    inside, outside = data.folders(tmp_path / "mine.zip", 8), data.folders(here, 8)
    for a, b in zip(inside, outside):
        np.testing.assert_array_equal(a[0][0], b[0][0])
        assert a.classes == b.classes


def test_only_the_batch_at_hand_is_read(here, monkeypatch):
    train, _ = data.folders(here, 8, batch_size=2)
    read = []
    inner = train._read
    monkeypatch.setattr(train, "_read", lambda name: read.append(name) or inner(name))
    train[1]
    assert read == list(train.names[2:4])


def test_what_cannot_be_read_is_named_and_left_out(here):
    (here / "my dog" / "iphone.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(30))
    (here / "my dog" / "notes.txt").write_text("a dog")
    (here / "my dog" / "cut.png").write_bytes(picture(99)[:200])
    (here / "my dog" / "again.png").write_bytes((here / "my dog" / "00.png").read_bytes())
    for hidden in (".DS_Store", "Thumbs.db"):
        (here / "my dog" / hidden).write_bytes(b"x")
    (here / ".ipynb_checkpoints").mkdir()
    (here / ".ipynb_checkpoints" / "a.png").write_bytes(picture(5))
    with pytest.warns(UserWarning, match="4 files are left out") as told:
        train, test = data.folders(here, 8)
    said = str(told[0].message)
    for part in (
        "iphone.heic is no image",
        "Most Compatible",
        "notes.txt is no image",
        "cut.png is cut short",
        "again.png is a copy of my dog/00.png",
    ):
        assert part in said, said
    assert len(train.names) + len(test.names) == 15 and train.classes == ("Kätzchen", "my dog")


def test_pictures_of_other_formats_and_modes_become_rgb(tmp_path):
    folder = classes(tmp_path / "x", {"a": 2, "b": 2})
    for name, mode in (("g.png", "L"), ("p.gif", "P"), ("t.webp", "RGBA"), ("c.jpg", "CMYK")):
        Image.new(mode, (9, 7)).save(folder / "a" / name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train, test = data.folders(folder, 8)
    for part in (train, test):
        assert part[0][0].shape[1:] == (8, 8, 3)


@pytest.mark.parametrize(
    "counts, reason",
    [
        ({}, "is empty; it needs a folder"),
        ({"cat": 5}, "has one class, 'cat'"),
        ({"cat": 5, "dog": 1}, "'dog' has 1 photograph; a class needs two"),
        ({"cat": 5, "dog": 0}, "'dog' has no photographs; a class needs two"),
        ({"train": 5, "test": 3}, "is parted into test and train already"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(tmp_path, counts, reason):
    folder = classes(tmp_path / "x", counts)
    folder.mkdir(exist_ok=True)
    with pytest.raises(ValueError, match=reason):
        data.folders(folder, 8)


def test_a_photograph_in_two_classes_is_asked_about(here):
    (here / "my dog" / "same.png").write_bytes((here / "Kätzchen" / "03.png").read_bytes())
    with pytest.raises(ValueError, match="Kätzchen/03.png and my dog/same.png are the same"):
        data.folders(here, 8)


def test_files_without_folders_a_file_and_nothing_are_refused(here, tmp_path):
    with pytest.raises(ValueError, match="10 files and no folder; put the photographs"):
        data.folders(here / "Kätzchen", 8)
    with pytest.raises(ValueError, match="00.png is no folder and no zip"):
        data.folders(here / "Kätzchen" / "00.png", 8)
    with pytest.raises(FileNotFoundError, match="did you mean 'my pictures'"):
        data.folders(tmp_path / "my picture", 8)
    with pytest.raises(ValueError, match="on Colab only"):
        data.folders("upload")
    (here / "bad.zip").write_bytes(b"PK\3\4 cut")
    with pytest.raises(ValueError, match="no zip"):
        data.folders(here / "bad.zip")


@pytest.mark.parametrize(
    "wrong",
    [{"test": 0}, {"test": 1.0}, {"test": "2"}, {"pixels": 0}, {"batch_size": 2.5}, {"seed": -1}],
)
def test_options_that_mean_nothing_are_refused(here, wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=name):
        data.folders(here, **wrong)
