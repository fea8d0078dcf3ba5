"""Colours mixed, and materials: a list of colours runs from the top of a thing to its bottom."""

import functools

from dataset.drawing.colours import BLACK, INK, STEEL, WHITE


def mix(colour, other, share):
    """`share` of the other colour stirred into the first."""
    red, green, blue = colour
    other_red, other_green, other_blue = other
    return (
        round(red + (other_red - red) * share),
        round(green + (other_green - green) * share),
        round(blue + (other_blue - blue) * share),
    )


@functools.cache  # the same few colours come again and again
def lighter(colour, share=0.3):
    return mix(colour, WHITE, share)


@functools.cache
def darker(colour, share=0.3):
    return mix(colour, BLACK, share)


def glossy(colour):
    """Painted metal under the sky: light from above, a dark belly."""
    return [
        lighter(colour, 0.45),
        lighter(colour, 0.12),
        colour,
        darker(colour, 0.15),
        darker(colour, 0.4),
    ]


def chrome(colour=STEEL):
    """Polished metal: it mirrors a bright sky and a dark ground."""
    return [lighter(colour, 0.5), WHITE, colour, darker(colour, 0.5), lighter(colour, 0.3)]


def padded(leather=INK):
    return [lighter(leather, 0.32), leather, darker(leather, 0.2)]
