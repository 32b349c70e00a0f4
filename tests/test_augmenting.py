"""Pictures made from pictures: what each function changes, and what it leaves as it is."""

import keras
import numpy as np
import pytest

from utils import augment, data, training
from utils.augment import Colour, Crop, Cutout, Mirror, Mixup, PCAColour, Shift

PHOTO = data.photo("coffee", 32)
EVERY = [Mirror(), Shift(3), Crop(0.6), Colour(0.4), PCAColour.of(PHOTO), Cutout(7), Mixup(4)]


def images(count=12, kind="uint8", size=(9, 8, 3)):
    values = np.random.default_rng(0).random((count, *size))
    return (255 * values).astype("uint8") if kind == "uint8" else values.astype(kind)


LABELS = np.arange(12) % 4


def made(function, given, seed=1):
    return function(given, LABELS[: len(given)], np.random.default_rng(seed))[0]


@pytest.mark.parametrize("function", EVERY, ids=lambda f: type(f).__name__)
@pytest.mark.parametrize("kind", ["uint8", "float32"])
def test_shape_and_type_stay_and_the_seed_decides(function, kind):
    given = images(kind=kind)
    before = given.copy()
    found, labels = function(given, LABELS, np.random.default_rng(1))
    assert found.shape == given.shape and found.dtype == given.dtype and len(labels) == 12
    np.testing.assert_array_equal(found, made(function, given))
    np.testing.assert_array_equal(given, before)
    assert not np.array_equal(found, made(function, given, seed=2))
    assert np.isfinite(found).all()


def test_mirror_exchanges_left_and_right_in_about_half():
    given = images(200)
    found = made(lambda g, _, r: Mirror()(g, None, r), given)
    turned = [np.array_equal(a, b[:, ::-1]) for a, b in zip(found, given)]
    same = [np.array_equal(a, b) for a, b in zip(found, given)]
    assert np.logical_xor(turned, same).all() and 70 < sum(turned) < 130


def test_shift_moves_zeros_in():
    given = np.full((60, 6, 6, 1), 9, "uint8")
    found = made(lambda g, _, r: Shift(2)(g, None, r), given)
    rows = {tuple(np.flatnonzero(image.any(axis=(1, 2)))) for image in found}
    assert rows == {
        (0, 1, 2, 3),
        (0, 1, 2, 3, 4),
        (0, 1, 2, 3, 4, 5),
        (1, 2, 3, 4, 5),
        (2, 3, 4, 5),
    }


def test_crop_enlarges_a_part_of_a_ramp():
    ramp = np.broadcast_to(np.linspace(0, 1, 40, dtype="float32")[:, None, None], (40, 40, 1))
    found = made(lambda g, _, r: Crop(0.5)(g, None, r), np.stack([ramp] * 50))
    slopes = np.diff(found[:, 5:-5, 20, 0], axis=1)
    assert np.allclose(slopes, slopes[:, :1], atol=1e-4), "a part of a ramp is a ramp"
    share = slopes[:, 0] * 39
    assert share.min() > 0.49 and share.max() < 1.01 and np.ptp(share) > 0.3
    assert found.min() >= 0 and found.max() <= 1
    whole = made(lambda g, _, r: Crop(1)(g, None, r), images(3))
    np.testing.assert_array_equal(whole, images(3))


def test_colour_changes_an_image_as_a_whole():
    given = images(4, "float32")
    grey = np.repeat(given.mean(axis=3, keepdims=True), 3, axis=3)
    found = made(Colour(0.3), grey)
    np.testing.assert_allclose(found, np.repeat(found[..., :1], 3, axis=3), atol=1e-6)
    for a, b in zip(found, grey):
        slope, _ = np.polyfit(b.ravel(), a.ravel(), 1)
        assert 0.49 <= slope <= 1.69 and np.corrcoef(a.ravel(), b.ravel())[0, 1] > 0.9999


def test_pca_colour_is_what_the_paper_says():
    shift = PCAColour.of(PHOTO)
    pixels = PHOTO.reshape(-1, 3) / 255
    covariance = np.cov(pixels, rowvar=False)
    for variance, axis in zip(shift.variances, np.transpose(shift.axes)):
        np.testing.assert_allclose(covariance @ axis, variance * axis, atol=1e-9)
    assert shift.variances == tuple(sorted(shift.variances, reverse=True))
    given = np.full((2000, 2, 2, 3), 0.5)
    added = (made(lambda g, _, r: shift(g, None, r), given) - given)[:, 0, 0]
    np.testing.assert_allclose(
        np.cov(added, rowvar=False),
        np.transpose(shift.axes).T
        @ np.diag(np.square(shift.variances) * 0.01)
        @ np.transpose(shift.axes),
        atol=3e-6,
    )
    np.testing.assert_allclose(added, added[:, None].repeat(1, 1)[:, 0])
    as_bytes = PCAColour.of(np.float32(PHOTO / 255))
    np.testing.assert_allclose(as_bytes.variances, shift.variances, rtol=1e-5)


def test_cutout_takes_a_square_away():
    given = np.random.default_rng(0).random((40, 20, 20, 1))
    found = made(lambda g, _, r: Cutout(5)(g, None, r), given)
    for a, b in zip(found, given):
        gone = a[..., 0] != b[..., 0]
        rows, columns = np.flatnonzero(gone.any(1)), np.flatnonzero(gone.any(0))
        assert gone.sum() == len(rows) * len(columns) and 3 <= len(rows) <= 5 and len(columns) <= 5
        np.testing.assert_allclose(a[gone], b.mean())


def test_mixup_mixes_images_and_labels_alike():
    given = np.repeat(LABELS[:, None, None, None] == np.arange(4), 5, axis=1).astype("float32")
    found, labels = Mixup(4, alpha=1.0)(given, LABELS, np.random.default_rng(3))
    np.testing.assert_allclose(found[:, 0, 0], labels, atol=1e-6)
    np.testing.assert_allclose(labels.sum(axis=1), 1, atol=1e-6)
    assert (labels.max(axis=1) < 0.99).any()
    again, twice = Mixup(4)(found, labels, np.random.default_rng(3))
    np.testing.assert_allclose(again[:, 0, 0], twice, atol=1e-6)


def test_ten_crops_are_corners_middle_and_mirrors():
    given = images(2)
    found = augment.ten_crops(given, 6)
    assert found.shape == (10, 2, 6, 6, 3)
    np.testing.assert_array_equal(found[3], given[:, 3:, 2:])
    np.testing.assert_array_equal(found[4], given[:, 1:7, 1:7])
    np.testing.assert_array_equal(found[5], given[:, :6, :6][:, :, ::-1])
    with pytest.raises(ValueError, match="a crop of 9 does not fit into images of 9 x 8"):
        augment.ten_crops(given, 9)


@pytest.mark.parametrize(
    "call, reason",
    [
        (lambda: Shift(0), "pixels is 0"),
        (lambda: Crop(0), "least is 0; it must be above 0"),
        (lambda: Crop(1.5), "least is 1.5"),
        (lambda: Colour("much"), "by is 'much'"),
        (lambda: Cutout(2.5), "pixels is 2.5"),
        (lambda: Mixup(1), "classes is 1"),
        (lambda: Mixup(3, alpha=0), "alpha is 0"),
        (lambda: PCAColour.of(images(2)[..., :1]), r"these images are \(2, 9, 8, 1\)"),
        (lambda: made(PCAColour.of(PHOTO), images(2)[..., :1]), "wants red, green and blue"),
    ],
)
def test_settings_that_mean_nothing_are_refused(call, reason):
    with pytest.raises(ValueError, match=reason):
        call()


def batches(functions, **options):
    return training.Batches(images(), LABELS, 5, augment=functions, **options)


def test_batches_apply_them_in_order_by_seed_and_step_alone():
    several = [Shift(1), Mirror()]
    first, other = batches(several), batches(several)
    other.batch(0)
    np.testing.assert_array_equal(first.batch(4)[0], other.batch(4)[0])
    assert not np.array_equal(first.batch(4)[0], batches(several, seed=1).batch(4)[0])
    assert not np.array_equal(first.batch(4)[0], batches(several[::-1]).batch(4)[0])
    whole_images, whole_labels = first.batch(1)
    for part in range(2):
        shared_images, shared_labels, count, _ = first.share(1, part, 2)
        start = part * 3
        np.testing.assert_array_equal(shared_images[:count], whole_images[start : start + count])
        np.testing.assert_array_equal(shared_labels[:count], whole_labels[start : start + count])


def brighter(images, labels, random):
    return images // 2 + 100, labels


def test_a_function_of_ones_own_and_what_it_has_to_keep():
    found, _ = batches([brighter], shuffle=False).batch(0)
    np.testing.assert_array_equal(found, images()[:5] // 2 + 100)
    assert batches([brighter, Shift(2)]).augmented_by() == ["brighter", "Shift(pixels=2)"]
    with pytest.raises(ValueError, match="float64 of images .* it must keep both"):
        batches([lambda i, lab, r: (i / 255, lab)]).batch(0)
    with pytest.raises(ValueError, match="4 labels for 5 images"):
        batches([lambda i, lab, r: (i, lab[1:])]).batch(0)
    with pytest.raises(ValueError, match="'mirror' is none"):
        batches(["mirror"])
    with pytest.raises(ValueError, match=r"images are \(6, 4\)"):
        training.Batches(np.zeros((6, 4)), np.zeros(6), augment=[Mirror()])


def network(loss):
    image = keras.Input((9, 8, 3))
    x = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(image))
    model = keras.Model(image, keras.layers.Dense(4, activation="softmax")(x))
    model.compile(keras.optimizers.SGD(0.1), loss)
    return model


def test_fit_trains_on_mixed_labels_and_refuses_a_loss_that_counts_classes(tmp_path):
    history = training.fit(
        network("categorical_crossentropy"),
        batches([Mirror(), Mixup(4)]),
        epochs=3,
        verbose=0,
        resume=tmp_path / "run",
    )
    assert len(history.history["loss"]) == 3 and np.isfinite(history.history["loss"]).all()
    with pytest.raises(ValueError, match="compile with 'categorical_crossentropy'"):
        training.fit(network("sparse_categorical_crossentropy"), batches([Mixup(4)]), verbose=0)
    with pytest.raises(ValueError, match="augment"):
        training.fit(
            network("categorical_crossentropy"),
            batches([Mirror(), Mixup(4, 0.5)]),
            epochs=4,
            verbose=0,
            resume=tmp_path / "run",
        )
