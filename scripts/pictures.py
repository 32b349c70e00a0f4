"""Pictures in notebooks: those with photographs get a palette, which is a third of their size."""

from base64 import b64decode, b64encode
from io import BytesIO

from PIL import Image

LARGE = 100_000  # bytes; plots of lines and boxes have fewer, and stay as they are
COLOURS = 256


def lighter(picture):
    """A PNG, as text in base64 as notebooks have it; with a palette where it is large.

    The same picture always gives the same text. The palette keeps rare colours, too, so that a
    green eye in a brown face stays green; no colour moves by more than about a tenth.
    """
    content = b64decode(picture)
    if len(content) < LARGE:
        return picture
    image = Image.open(BytesIO(content)).convert("RGB")
    image = image.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=3)
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    packed = file.getvalue()
    return b64encode(packed).decode() if len(packed) < len(content) else picture
