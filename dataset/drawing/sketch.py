"""Outlines, and a sketch that holds filled outlines until they are painted on a picture.

A sketch is in units of its own: x points to the front, y points up. Outlines are arrays of shape (n, 2), or text,
"x,y x,y x,y". Only when a machine is finished is it scaled, turned and placed into its picture.
"""

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from dataset.drawing.shades import darker, lighter

SIDE_MARGIN, TOP_MARGIN = 0.085, 0.095  # of the width and of the height: no machine comes nearer to the edge
USUAL_PLACE = (0.72, 0.82), (0.35, 0.65), (0.35, 0.65)  # width of the machine; where in the room left, across and up
ODD_PLACE = (0.64, 0.82), (0.1, 0.9), (0.2, 0.8)  # the same for every fifth picture, which is harder for a neuron


def pick(rng, choices):
    return choices[rng.integers(len(choices))]


def points(outline):
    """An outline from text, "x,y x,y x,y", or from anything numpy makes an array of."""
    if isinstance(outline, str):
        outline = [pair.split(",") for pair in outline.split()]
    return np.asarray(outline, dtype=float)


def box(left, bottom, right, top):
    return points([(left, bottom), (right, bottom), (right, top), (left, top)])


def disc(x, y, rx, ry=None):
    """A circle of radius rx, or an ellipse."""
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    return np.column_stack([x + rx * np.cos(angle), y + (ry or rx) * np.sin(angle)])


def arc(x, y, outer, inner, start=0, end=360):
    """A part of a ring, from angle start to end (degrees, counter-clockwise from the front)."""
    angle = np.radians(np.linspace(start, end, 60))
    rim = np.column_stack([np.cos(angle), np.sin(angle)])
    return np.vstack([outer * rim, inner * rim[::-1]]) + (x, y)


def rounded(outline, roundness, closed=True):
    """Round the corners off: 0 leaves them sharp, 0.5 makes one flowing line. A doubled point stays sharp."""
    corner = points(outline)
    before, after = np.roll(corner, 1, axis=0), np.roll(corner, -1, axis=0)
    start, end = mix_points(corner, before, roundness), mix_points(corner, after, roundness)
    t = np.linspace(0, 1, 9)[:, None]
    bends = [a * (1 - t) ** 2 + b * 2 * t * (1 - t) + c * t**2 for a, b, c in zip(start, corner, end, strict=True)]
    return np.vstack(bends if closed else [corner[:1], *bends[1:-1], corner[-1:]])


def mix_points(start, end, share):
    return start + share * (end - start)


def stroke(path, width, end_width=None, roundness=0.0, caps=True):
    """The outline of a line of the given width, which may change along the way."""
    path = rounded(path, roundness, closed=False) if roundness else points(path)
    steps = np.diff(path, axis=0)
    steps /= np.linalg.norm(steps, axis=1, keepdims=True) + 1e-9
    along = np.vstack([steps[:1], steps[:-1] + steps[1:], steps[-1:]])
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
    half = np.linspace(width, end_width or width, len(path))[:, None] / 2
    side, along = half * along[:, ::-1] * (-1, 1), half * along
    if not caps:
        return np.vstack([path + side, (path - side)[::-1]])
    turn = np.linspace(0, np.pi, 9)[1:-1, None]
    cap = path[-1] + np.cos(turn) * side[-1] + np.sin(turn) * along[-1]
    tail = path[0] - np.cos(turn) * side[0] - np.sin(turn) * along[0]
    return np.vstack([path + side, cap, (path - side)[::-1], tail])


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
        corners = np.vstack([outline for outline, _, _, within in self.shapes if within is None]) @ turned.T
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
        for outline, paint, alpha, within in self.shapes:
            pixels = outline @ matrix.T + origin
            if within is None and isinstance(paint, tuple):
                pen.polygon(pixels.ravel().tolist(), fill=(*paint, round(255 * alpha)))
                continue
            low = np.clip(np.floor(pixels.min(axis=0)), 0, image.size).astype(int)
            high = np.clip(np.ceil(pixels.max(axis=0)) + 1, 0, image.size).astype(int)
            if (high <= low).any():
                continue
            size = tuple((high - low).tolist())
            mask = stencil(pixels - low, size, alpha)
            if within is not None:
                mask = ImageChops.multiply(mask, stencil(within @ matrix.T + origin - low, size))
            if isinstance(paint, list):
                paint = gradient(paint, size, outline[:, 1], matrix, low - origin)
            image.paste(paint, (*low.tolist(), *high.tolist()), mask)


def stencil(pixels, size, alpha=1.0):
    """A mask of the given size: where the outline lets the paint through, and how much of it."""
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).polygon(pixels.ravel().tolist(), fill=round(255 * alpha))
    return mask


def gradient(colours, size, heights, matrix, corner):
    """An image in which the colours run from the largest to the smallest of the sketch's heights."""
    strip = Image.fromarray(np.array(colours, dtype=np.uint8)[:, None]).resize((1, 256), Image.BILINEAR)
    top, scale = heights.max(), 252 / (np.ptp(heights) + 1e-9)
    to_height = np.linalg.inv(matrix)[1]  # from pixels back to the height in the sketch
    start = (top - to_height @ corner) * scale + 2
    return strip.transform(size, Image.AFFINE, (0, 0, 0.5, *(-to_height * scale), start), Image.NEAREST)
