"""Photographs: those that ship, and the learner's own, whatever a camera or a browser made."""

import difflib
import io
import sys
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

FOLDER = Path(__file__).resolve().parent.parent.parent / "data" / "photos"
PHOTOS = tuple(sorted(path.stem for path in FOLDER.glob("*") if path.suffix in (".png", ".jpg")))
MOST = 80_000_000  # pixels; as RGB they take a quarter of a gigabyte
APPLE = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1", b"ftypmsf1", b"ftypheim", b"ftypheis")


def photo(source, pixels=None):
    """A photograph as RGB, (height, width, 3) of uint8, upright as its camera says.

    `source` is a path, the name of a photograph that ships (`PHOTOS`), the content of a file as
    bytes, or "upload", which on Colab asks for a file. With `pixels`, the square in its middle,
    scaled to (pixels, pixels, 3). JPEG, PNG, WebP and what else Pillow reads, of any mode; what is
    transparent becomes white; of an animation the first picture. Raises FileNotFoundError for a
    path that is not there, ValueError for what is no photograph, is damaged, or has over 80
    million pixels, each with the way out.
    """
    if pixels is not None and (not isinstance(pixels, int | np.integer) or pixels < 1):
        raise ValueError(f"pixels is a positive whole number, such as 224; got {pixels!r}")
    return decoded(*_content(source), pixels)


def decoded(called, content, pixels=None):
    """As `photo`, of a file's bytes; `called` names it in errors."""
    image = _upright(called, content)
    if pixels is not None:
        image = ImageOps.fit(image, (int(pixels), int(pixels)), Image.Resampling.BICUBIC)
    return np.array(image)


def _content(source):
    """What to call a source, and the bytes of its file."""
    if isinstance(source, bytes | bytearray | memoryview):
        return "the photograph", bytes(source)
    if not isinstance(source, str | Path):
        raise ValueError(
            f"a photograph is a path, a name among {', '.join(PHOTOS)}, or a file's bytes; got "
            f"{type(source).__name__}"
        )
    if source == "upload":
        return uploaded()
    path = Path(source).expanduser()
    if not path.exists() and str(source) in PHOTOS:
        path = next(FOLDER.glob(f"{source}.*"))
    if path.is_dir():
        raise ValueError(f"{path} is a folder; name one photograph in it")
    if not path.exists():
        raise FileNotFoundError(f"there is no {path}{alike(path)}")
    return path.name, path.read_bytes()


def alike(path):
    """What lies beside a file that is not there, or which photographs ship."""
    there = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    close = difflib.get_close_matches(path.name, there, 1) or difflib.get_close_matches(
        path.name, PHOTOS, 1
    )
    if close:
        return f"; did you mean {close[0]!r}?"
    return f" (looked in {path.parent.resolve()}); these ship: {', '.join(PHOTOS)}"


def uploaded():
    """The name and the bytes of a file that is chosen on Colab; ValueError elsewhere."""
    if "google.colab" not in sys.modules:
        raise ValueError('"upload" asks for a file on Colab only; here, give its path')
    from google.colab import files

    chosen = files.upload()
    if not chosen:
        raise ValueError("no file was chosen; run the cell again, or name one that ships")
    return next(iter(chosen.items()))


def _upright(called, content):
    """The image in a file, as RGB, turned as the camera held it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", Image.DecompressionBombWarning
            )  # MOST is below its limit
            image = Image.open(io.BytesIO(content))
        with image:
            width, height = image.size
            if width * height > MOST:
                raise ValueError(
                    f"{called} has {width:,} x {height:,} pixels, over the {MOST:,} that are read; "
                    f"make a smaller copy first"
                )
            return _rgb(ImageOps.exif_transpose(image))
    except UnidentifiedImageError:
        raise ValueError(f"{called} is no image that can be read{_reason(content)}") from None
    except (OSError, SyntaxError, EOFError) as error:  # what Pillow raises for damaged files
        raise ValueError(
            f"{called} is cut short or damaged ({error}); copy or download it again"
        ) from None
    except Image.DecompressionBombError:
        raise ValueError(f"{called} has too many pixels; make a smaller copy first") from None


def _reason(content):
    if not content:
        return ": the file is empty; copy or download it again"
    if content[4:12] in APPLE:
        return (
            ": it is a HEIC photograph, as iPhones make them; export it as JPEG, or on the phone "
            "choose Settings, Camera, Formats, Most Compatible"
        )
    return f" (it begins with {content[:8]!r}); use JPEG, PNG or WebP"


def _rgb(image):
    """RGB of 8 bits, what is transparent on white."""
    if image.mode.startswith("I") or image.mode == "F":  # 16 or 32 bits a pixel
        values = np.asarray(image, "float64")
        top = 65535 if image.mode.startswith("I") else max(values.max(), 1e-12)
        image = Image.fromarray(np.uint8(np.clip(255 * values / top, 0, 255)))
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")
