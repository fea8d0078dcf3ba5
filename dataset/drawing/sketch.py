"""Outlines, and a sketch that holds filled outlines until they are painted on a picture.

A sketch is in units of its own: x points to the front, y points up. Outlines are arrays of shape (n, 2), or text,
"x,y x,y x,y". Only when a machine is finished is it scaled, turned and placed into its picture.
"""

import functools

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from dataset.drawing.shades import darker, lighter

# No machine comes nearer to the edge: shares of the width and of the height.
SIDE_MARGIN = 0.085
TOP_MARGIN = 0.095

# The width of the machine; where it stands in the room that is left, across and up. Every fifth picture has an odd
# place, which is harder for a neuron.
USUAL_PLACE = (0.72, 0.82), (0.35, 0.65), (0.35, 0.65)
ODD_PLACE = (0.64, 0.82), (0.1, 0.9), (0.2, 0.8)


def pick(rng, choices):
    return choices[rng.integers(len(choices))]


@functools.cache
def read_points(text):
    """An outline from text: "x,y x,y x,y". The same texts come again and again."""
    pairs = [pair.split(",") for pair in text.split()]
    return np.asarray(pairs, dtype=float)


def points(outline):
    """An outline from text, "x,y x,y x,y", or from anything numpy makes an array of."""
    if isinstance(outline, str):
        return read_points(outline)
    return np.asarray(outline, dtype=float)


def box(left, bottom, right, top):
    return points([(left, bottom), (right, bottom), (right, top), (left, top)])


def circle_points(angles):
    """Points on the circle of radius 1, at angles in radians."""
    return np.column_stack([np.cos(angles), np.sin(angles)])


CIRCLE = circle_points(np.linspace(0, 2 * np.pi, 40, endpoint=False))
UPPER_HALF = 21  # so many of the points, from the front over the top to the back


def disc(x, y, rx, ry=None):
    """A circle of radius rx, or an ellipse."""
    if ry is None:
        ry = rx
    return np.array([x, y]) + np.array([rx, ry]) * CIRCLE


@functools.cache
def rim(start, end):
    """A part of the circle of radius 1, from angle start to end in degrees."""
    return circle_points(np.radians(np.linspace(start, end, 60)))


def arc(x, y, outer, inner, start=0, end=360):
    """A part of a ring, from angle start to end (degrees, counter-clockwise from the front)."""
    outside = rim(start, end)
    return np.concatenate([outer * outside, inner * outside[::-1]]) + (x, y)


T = np.linspace(0, 1, 9)[:, None]  # along a bend, from its start to its end


def rounded(outline, roundness, closed=True):
    """Round the corners off: 0 leaves them sharp, 0.5 makes one flowing line. A doubled point stays sharp."""
    corners = points(outline)
    before = np.concatenate([corners[-1:], corners[:-1]])
    after = np.concatenate([corners[1:], corners[:1]])
    starts = mix_points(corners, before, roundness)[:, None]
    ends = mix_points(corners, after, roundness)[:, None]
    middles = corners[:, None]
    bends = starts * (1 - T) ** 2 + middles * 2 * T * (1 - T) + ends * T**2  # (corners, 9, 2)
    if closed:
        return bends.reshape(-1, 2)
    return np.concatenate([corners[:1], bends[1:-1].reshape(-1, 2), corners[-1:]])


def mix_points(start, end, share):
    return start + share * (end - start)


def unit_vectors(steps):
    """The same directions, each of length 1."""
    lengths = np.sqrt((steps * steps).sum(axis=1, keepdims=True))
    return steps / (lengths + 1e-9)


TURN = circle_points(np.linspace(0, np.pi, 9)[1:-1])  # half a turn, without its ends
COS = TURN[:, :1]
SIN = TURN[:, 1:]
ASIDE = np.array([-1, 1])


def stroke(path, width, end_width=None, roundness=0.0, caps=True):
    """The outline of a line of the given width, which may change along the way."""
    path = points(path)
    if roundness:
        path = rounded(path, roundness, closed=False)

    steps = unit_vectors(path[1:] - path[:-1])
    along = unit_vectors(np.concatenate([steps[:1], steps[:-1] + steps[1:], steps[-1:]]))
    half = width / 2
    if end_width is not None:
        half = np.linspace(width, end_width, len(path))[:, None] / 2
    along = half * along
    side = along[:, ::-1] * ASIDE
    left = path + side
    right = (path - side)[::-1]
    if not caps:
        return np.concatenate([left, right])

    cap = path[-1] + COS * side[-1] + SIN * along[-1]
    tail = path[0] - COS * side[0] - SIN * along[0]
    return np.concatenate([left, cap, right, tail])


class Sketch:
    """A drawing as a list of filled outlines, in any units, y pointing up."""

    def __init__(self):
        self.shapes = []

    def fill(self, outline, paint, roundness=0.0, alpha=1.0, within=None):
        """Add an outline. paint: a colour, or a list of them from top to bottom; within: cut it to this."""
        outline = rounded(outline, roundness) if roundness else points(outline)
        self.shapes.append((outline, paint, alpha, within))

    def line(self, path, width, paint, roundness=0.0, alpha=1.0, within=None):
        self.fill(stroke(path, width, None, roundness), paint, 0, alpha, within)

    def tube(self, path, width, colour, roundness=0.0):
        """A line with a lit upper side."""
        path = points(path)
        self.line(path, width, darker(colour, 0.35), roundness)
        self.line(path + (0, width * 0.12), width * 0.6, colour, roundness)
        self.line(path + (0, width * 0.2), width * 0.2, lighter(colour, 0.55), roundness)

    def place(self, rng, degrees, flying, width, ground):
        """Where a machine goes, in picture heights: matrix and origin, its left and its right end."""
        cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        turned = np.array([[cos, -sin], [sin, cos]])
        if rng.random() < 0.5:
            turned[0] *= -1  # facing left
        widths, across, heights = ODD_PLACE if rng.random() < 0.2 else USUAL_PLACE
        outlines = [outline for outline, _, _, within in self.shapes if within is None]
        corners = np.concatenate(outlines) @ turned.T
        low, high = corners.min(axis=0), corners.max(axis=0)
        room = np.array([width * (1 - 2 * SIDE_MARGIN), 1 - TOP_MARGIN - ground])
        scale = min(width * rng.uniform(*widths) / (high - low)[0], *(room / (high - low)))
        low, high = scale * low, scale * high
        spare = room - (high - low)
        up = spare[1] * rng.uniform(*heights) if flying else 0
        origin = (SIDE_MARGIN * width + spare[0] * rng.uniform(*across), ground + up) - low
        return scale * turned, origin, low[0] + origin[0], high[0] + origin[0]

    def paint_on(self, image, matrix, origin):
        """Draw everything on an RGB image: pixel = matrix @ point + origin."""
        pen = ImageDraw.Draw(image, "RGBA")
        to_height = np.linalg.inv(matrix)[1]  # from pixels back to the height in the sketch

        # All outlines in one array: the time goes into the calls of NumPy more than into the numbers.
        outlines = [outline for outline, _, _, _ in self.shapes]
        all_pixels = np.concatenate(outlines) @ matrix.T + origin
        all_pixels = all_pixels.astype(int)  # towards 0, as Pillow does

        end = 0
        for outline, paint, alpha, within in self.shapes:
            start = end
            end = start + len(outline)
            pixels = all_pixels[start:end]
            whole_box = alpha == 1 and within is None and is_level_box(pixels)
            if within is None and isinstance(paint, tuple) and not whole_box:
                pen.polygon(pixels.ravel().tolist(), fill=(*paint, round(255 * alpha)))
                continue

            left, top, right, bottom = bounds(pixels, image.size)
            if left >= right or top >= bottom:
                continue
            size = (right - left, bottom - top)
            corner = np.array([left, top])

            # A mask of mode "1" says yes or no: where all of the paint goes through, pasting with it is faster.
            # A whole box, such as the sky or a wall, is pasted without a mask, which is faster still.
            mode = "L" if alpha < 1 else "1"
            mask = None
            if not whole_box:
                mask = stencil(pixels - corner, size, mode, alpha)
            if within is not None:
                cut = stencil(within @ matrix.T + origin - corner, size, mode)
                mask = ImageChops.multiply(mask, cut)
            if isinstance(paint, list):
                heights = outline[:, 1].tolist()
                paint = gradient(paint, size, heights, to_height, corner - origin)
            image.paste(paint, (left, top, right, bottom), mask)


def bounds(pixels, size):
    """The box of pixels around an outline, as far as it lies in the picture: left, top, right, bottom."""
    x = pixels[:, 0].tolist()
    y = pixels[:, 1].tolist()
    left = max(min(x), 0)
    top = max(min(y), 0)
    right = min(max(x) + 1, size[0])
    bottom = min(max(y) + 1, size[1])
    return left, top, right, bottom


def is_level_box(pixels):
    """Whether an outline is a box() that was not turned: it fills its bounds."""
    if len(pixels) != 4:
        return False
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = pixels.tolist()
    return x0 == x3 and x1 == x2 and y0 == y1 and y2 == y3


def stencil(pixels, size, mode, alpha=1.0):
    """A mask of the given size: where the outline lets the paint through, and how much of it."""
    mask = Image.new(mode, size)
    ImageDraw.Draw(mask).polygon(pixels.ravel().tolist(), fill=round(255 * alpha))
    return mask


@functools.cache
def strip_of(colours):
    """An image 1 pixel wide: the colours run from top to bottom. The same ones come again and again."""
    strip = Image.new("RGB", (1, len(colours)))
    strip.putdata(colours)
    return strip.resize((1, 256), Image.Resampling.BILINEAR)


def gradient(colours, size, heights, to_height, corner):
    """An image in which the colours run from the largest to the smallest of the sketch's heights."""
    top = max(heights)
    scale = 252 / (top - min(heights) + 1e-9)
    start = (top - to_height @ corner) * scale + 2
    row = (*(-to_height * scale), start)  # row of the strip = row[0] * x + row[1] * y + row[2]
    return strip_of(tuple(colours)).transform(size, Image.AFFINE, (0, 0, 0.5, *row), Image.NEAREST)
