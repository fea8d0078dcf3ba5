"""Do the texts of a figure leave it, lie on each other, or are they too pale? For tests of the figures, and of the lessons.

with figures_saved() as figures:
    border_only.main([...])
for figure in figures:
    assert texts_that_collide(figure) == []
"""

import contextlib
import itertools
from unittest import mock

from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

ROOM = 2  # pixels: so much two texts may overlap, or leave the frame
CONTRAST = 4.5  # to white, at least


@contextlib.contextmanager
def figures_saved():
    """Gives a list. After the block it holds the figures that were saved in it."""
    figures = []
    save = Figure.savefig
    with mock.patch.object(Figure, "savefig", autospec=True, side_effect=save) as savefig:
        yield figures
    for call in savefig.call_args_list:
        figure = call.args[0]
        # Look at it as it was saved: laid out once more, what was cut off would move back in.
        figure.set_layout_engine("none")
        figures.append(figure)


def drawn_texts(figure):
    """The texts that can be seen in a figure, and the box of pixels where each of them stands: a dict.

    No empty ones, no numbers beyond the end of an axis.
    """
    with mock.patch.object(Text, "draw", autospec=True) as draw:
        figure.draw_without_rendering()

    boxes = {}
    for call in draw.call_args_list:
        text, renderer = call.args
        if is_seen(text):
            boxes[text] = Text.get_window_extent(
                text, renderer
            )  # of an annotation without its arrow
    return boxes


def is_seen(text):
    """Whether there is something to be seen of a text."""
    return text.get_visible() and text.get_text().strip() != ""


def lies_inside(box, frame):
    """Whether a box of pixels lies in another one."""
    in_width = frame.x0 - ROOM <= box.x0 and box.x1 <= frame.x1 + ROOM
    in_height = frame.y0 - ROOM <= box.y0 and box.y1 <= frame.y1 + ROOM
    return in_width and in_height


def overlap(box, other):
    """Whether two boxes of pixels lie upon each other."""
    width = min(box.x1, other.x1) - max(box.x0, other.x0)
    height = min(box.y1, other.y1) - max(box.y0, other.y0)
    return width > ROOM and height > ROOM


def contrast_to_white(colour):
    """From 1, white on white, to 21, black on white. Source: WCAG 2.2, contrast ratio and relative luminance."""
    linear = []
    for value in to_rgb(colour):
        if value <= 0.04045:
            linear.append(value / 12.92)
        else:
            linear.append(((value + 0.055) / 1.055) ** 2.4)
    red, green, blue = linear
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def texts_that_collide(figure):
    """A sentence for each text that is not drawn, leaves the figure or its plot, lies on another text, or is pale."""
    found = []
    boxes = drawn_texts(figure)
    for text, box in boxes.items():
        if not lies_inside(box, figure.bbox):
            found.append(f"{text.get_text()!r} leaves the figure")
        if contrast_to_white(text.get_color()) < CONTRAST:
            found.append(f"{text.get_text()!r} is pale")

    for text, other in itertools.combinations(boxes, 2):
        if overlap(boxes[text], boxes[other]):
            found.append(f"{other.get_text()!r} lies on {text.get_text()!r}")

    # What is written into a plot with a frame, such as the number of a bar, stays in it.
    for axes in figure.axes:
        for text in axes.texts:
            if is_seen(text) and text not in boxes:
                found.append(f"{text.get_text()!r} is not drawn")
            if text in boxes and axes.axison and not lies_inside(boxes[text], axes.bbox):
                found.append(f"{text.get_text()!r} leaves its plot")
    return found
