"""Small pictures for tests, made with Pillow: no two alike, coarse enough to be recognised after compression."""

import io
import zlib

import numpy as np
from PIL import Image

SIZE = (64, 64)
ODD_SIZES = [(1, 1), (5000, 1), (1, 5000), (2, 3), (65, 63)]


def photo(seed=0, width=90, height=60, mode="RGB"):
    """A picture of 6 x 4 blocks of colour."""
    blocks = np.random.default_rng(seed).integers(0, 256, (4, 6, 3), dtype=np.uint8)
    return Image.fromarray(blocks).resize((width, height), Image.Resampling.BOX).convert(mode)


def encoded(picture, file_format="JPEG", **options):
    """The bytes of a picture file."""
    file = io.BytesIO()
    picture.save(file, file_format, **options)
    return file.getvalue()


def small_dataset(folder, classes=("airplane", "bike"), train=3, test=2):
    """Fill folder/train and folder/test with JPEG photos of two classes; returns the folder."""
    seed = 0
    for part, count in (("train", train), ("test", test)):
        for class_name in classes:
            (folder / part / class_name).mkdir(parents=True)
            for number in range(count):
                (folder / part / class_name / f"{number}.jpg").write_bytes(encoded(photo(seed)))
                seed += 1
    return folder


def keras_vector(path):
    """The witness: what plain Keras makes of a picture file, as (12288,) numbers from 0 to 1."""
    from keras.utils import img_to_array, load_img

    pixels = img_to_array(load_img(path, target_size=SIZE), data_format="channels_last")
    return (pixels / 255).flatten()


# ------------------------------------------------------------------ pictures that are none


JPEG = encoded(photo(100), quality=90)
PNG = encoded(photo(100), "PNG")
EPS = encoded(photo(100), "EPS")


def changed(content, where, byte):
    """The bytes with one of them changed."""
    return content[:where] + bytes([byte]) + content[where + 1 :]


def huge_png():
    """A PNG of a few bytes whose header says 30000 x 30000."""
    chunks = [
        (b"IHDR", (30000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"),
        (b"IDAT", zlib.compress(b"0" * 9)),
        (b"IEND", b""),
    ]
    parts = [len(d).to_bytes(4, "big") + name + d + zlib.crc32(name + d).to_bytes(4, "big") for name, d in chunks]
    return PNG[:8] + b"".join(parts)


def huge_jpeg():
    """A small JPEG whose header says 10000 x 10000."""
    where = JPEG.index(b"\xff\xc0") + 5
    return JPEG[:where] + (10000).to_bytes(2, "big") * 2 + JPEG[where + 4 :]


BROKEN = {  # no picture reader should make anything of these
    "empty.jpg": b"",
    "text.jpg": b"a picture of a bike",
    "page.jpg": b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
    "half.jpg": JPEG[: len(JPEG) // 2],
    "cut by 20.jpg": JPEG[:-20],
    "cut to 100.jpg": JPEG[:100],
    "start.jpg": JPEG[:3],
    "no tables.jpg": b"\xff\xd8\xff" + bytes(300),
    "zeros.jpg": bytes(5000),
    "half.png": PNG[: len(PNG) // 2],
    "start.png": PNG[:8],
    "checksum.png": changed(PNG, PNG.index(b"IDAT") + 12, 0x55),
    "header.png": changed(PNG, 20, 0x55),
    "float tiff.png": encoded(Image.fromarray(np.ones((9, 9), np.float32)), "TIFF"),
    "tiff.jpg": encoded(photo(100), "TIFF"),
    "postscript.jpg": EPS,
    "paper.png": encoded(photo(100), "PDF"),
    "drawing.png": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "phone.jpg": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200),
    "archive.jpg": b"PK\x03\x04" + bytes(200),
    "start.gif": b"GIF89a",
    "half.gif": encoded(photo(100), "GIF")[:900],
    "start.bmp": b"BM",
    "half.bmp": encoded(photo(100), "BMP")[:5000],
    "start.webp": b"RIFF\x10\0\0\0WEBP",
    "half.webp": encoded(photo(100), "WEBP", lossless=True)[:80],
    "huge.jpg": huge_jpeg(),
    "huge.png": huge_png(),
    "huge.bmp": b"BM" + bytes(12) + (40).to_bytes(4, "little") + (2**30).to_bytes(4, "little") * 2 + bytes(99),
}


# ------------------------------------------------------------------ pictures that are strange, and right


def strange_pictures():
    """One picture file of each kind that is strange, and right: {what it is: its bytes}."""
    turned = Image.Exif()
    turned[0x0112], turned[0x010E] = 6, "a text"  # to be turned by a quarter
    more = {"save_all": True, "append_images": [photo(112, 40, 30)]}
    deep = Image.fromarray(np.asarray(photo(111, 40, 30, "L")).astype(np.uint16) * 200)
    kinds = {
        "usual.jpg": ("RGB", "JPEG", {}),
        "progressive.jpg": ("RGB", "JPEG", {"progressive": True}),
        "turned.jpg": ("RGB", "JPEG", {"exif": turned}),
        "grey.jpg": ("L", "JPEG", {}),
        "for print.jpg": ("CMYK", "JPEG", {}),
        "usual.png": ("RGB", "PNG", {}),
        "see-through palette.png": ("P", "PNG", {"transparency": 3}),
        "see-through and turned.png": ("RGBA", "PNG", {"exif": turned}),
        "see-through grey.png": ("LA", "PNG", {}),
        "black and white.png": ("1", "PNG", {}),
        "moving.png": ("RGB", "PNG", more),
        "usual.gif": ("P", "GIF", {}),
        "moving.gif": ("RGB", "GIF", more),
        "usual.bmp": ("RGB", "BMP", {}),
        "palette.bmp": ("P", "BMP", {}),
        "see-through.bmp": ("RGBA", "BMP", {}),
        "usual.webp": ("RGB", "WEBP", {}),
        "see-through and turned.webp": ("RGBA", "WEBP", {"lossless": True, "exif": turned}),
        "moving.webp": ("RGB", "WEBP", more),
    }
    files = {name: encoded(photo(110, 40, 30, mode), kind, **rest) for name, (mode, kind, rest) in kinds.items()}
    sizes = {f"{width} x {height}.png": encoded(photo(113, width, height), "PNG") for width, height in ODD_SIZES}
    return files | sizes | {"deep grey.png": encoded(deep, "PNG"), "a lie.png": JPEG}
