"""Photographs of every kind come out upright, RGB, on white; what is none is refused in words."""

import io
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from utils import data

SHAPE = (6, 9)  # height, width


def packed(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def red_left():
    """Nine pixels wide and six high, red on the left, blue on the right."""
    pixels = np.zeros((*SHAPE, 3), np.uint8)
    pixels[:, :4, 0], pixels[:, 4:, 2] = 255, 255
    return Image.fromarray(pixels)


@pytest.mark.parametrize("kind", ["PNG", "WebP", "BMP", "TIFF", "GIF", "JPEG"])
def test_formats(kind):
    options = {"lossless": True} if kind == "WebP" else {}
    found = data.photo(packed(red_left(), kind, **options))
    assert found.dtype == np.uint8 and found.shape == (*SHAPE, 3)
    assert found[3, 1, 0] > 180 and found[3, 1, 2] < 80 and found[3, 7, 2] > 180


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16", "I", "F"])
def test_every_mode_gives_the_same_grey(mode):
    grey = Image.fromarray(np.full(SHAPE, 255, np.uint8))
    if mode.startswith("I"):
        grey = Image.fromarray(np.full(SHAPE, 65535, np.uint16 if mode == "I;16" else np.int32))
    else:
        grey = grey.convert(mode)
    kind = "TIFF" if mode in ("CMYK", "F", "I") else "PNG"
    assert (data.photo(packed(grey, kind)) == 255).all()


@pytest.mark.parametrize("mode, options", [("RGBA", {}), ("LA", {}), ("P", {"transparency": 0})])
def test_what_is_transparent_is_white(mode, options):
    clear = Image.new(mode, SHAPE[::-1], 0)
    assert (data.photo(packed(clear, "PNG", **options)) == 255).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_turned_as_the_camera_says(orientation):
    """A telephone held upright writes the picture lying, and 6: turn it to the right."""
    back = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE"}
    back |= {6: "ROTATE_90", 7: "TRANSVERSE", 8: "ROTATE_270"}
    lying = red_left()
    if orientation in back:
        lying = lying.transpose(Image.Transpose[back[orientation]])
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = data.photo(packed(lying, "PNG", exif=exif))
    np.testing.assert_array_equal(found, np.asarray(red_left()))


def test_the_square_in_the_middle():
    wide = np.zeros((10, 30, 3), np.uint8)
    wide[:, 10:20] = 200
    found = data.photo(packed(Image.fromarray(wide), "PNG"), pixels=20)
    assert found.shape == (20, 20, 3) and (found[:, 3:17] == 200).all()
    assert data.photo(packed(red_left(), "PNG"), pixels=np.int64(224)).shape == (224, 224, 3)
    for wrong in (0, -1, 2.5, "224"):
        with pytest.raises(ValueError, match="pixels is a positive whole number"):
            data.photo("chelsea", pixels=wrong)


def test_those_that_ship_have_names():
    assert data.photo("chelsea").shape == (300, 451, 3)
    assert all(data.photo(name, 64).shape == (64, 64, 3) for name in data.PHOTOS)
    assert 4 <= len(data.PHOTOS) <= 7


def test_paths(tmp_path, monkeypatch):
    (tmp_path / "my cät.png").write_bytes(packed(red_left(), "PNG"))
    for path in (tmp_path / "my cät.png", str(tmp_path / "my cät.png")):
        assert data.photo(path).shape == (*SHAPE, 3)
    with pytest.raises(FileNotFoundError, match="did you mean 'my cät.png'"):
        data.photo(tmp_path / "my cat.png")
    with pytest.raises(FileNotFoundError, match="did you mean 'chelsea'"):
        data.photo("chelsa")
    with pytest.raises(FileNotFoundError, match="these ship: astronaut, chelsea"):
        data.photo(tmp_path / "nowhere" / "zzzz.jpg")
    with pytest.raises(ValueError, match="is a folder"):
        data.photo(tmp_path)
    with pytest.raises(ValueError, match="a photograph is a path, a name.*got ndarray"):
        data.photo(np.zeros((2, 2, 3)))
    with pytest.raises(ValueError, match="on Colab only"):
        data.photo("upload")
    monkeypatch.chdir(tmp_path)
    Path("chelsea").write_bytes(packed(red_left(), "PNG"))  # the reader's own file comes first
    assert data.photo("chelsea").shape == (*SHAPE, 3)


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40)


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "the file is empty"),
        (b"this is a text and no picture", "no image that can be read.*this is.*use JPEG"),
        (HEIC, "HEIC photograph.*export it as JPEG"),
        (packed(red_left(), "JPEG")[:400], "cut short or damaged|no image that can be read"),
        (packed(Image.effect_noise((64, 64), 50), "PNG")[:900], "cut short or damaged"),
    ],
    ids=["empty", "text", "heic", "half a JPEG", "half a PNG"],
)
def test_what_is_no_photograph_is_refused(content, said, tmp_path):
    (tmp_path / "picture.jpg").write_bytes(content)
    with pytest.raises(ValueError, match=f"picture.jpg is.*({said})"):
        data.photo(tmp_path / "picture.jpg")


def test_a_gigantic_image_is_refused_before_it_is_unpacked():
    gigantic = packed(Image.new("1", (20_000, 20_000)), "PNG")
    with pytest.raises(ValueError, match="too many pixels|20,000 x 20,000 pixels"):
        data.photo(gigantic)
    large = packed(Image.new("1", (11_000, 10_000)), "PNG")
    with pytest.raises(ValueError, match="11,000 x 10,000 pixels, over the 80,000,000"):
        data.photo(large)


def test_on_colab_upload_asks(monkeypatch):
    files = types.SimpleNamespace(upload=lambda: {"mine.png": packed(red_left(), "PNG")})
    colab = types.ModuleType("google.colab")
    colab.files = files
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    monkeypatch.setitem(sys.modules, "google", types.ModuleType("google"))
    assert data.photo("upload").shape == (*SHAPE, 3)
    files.upload = dict
    with pytest.raises(ValueError, match="no file was chosen"):
        data.photo("upload")
