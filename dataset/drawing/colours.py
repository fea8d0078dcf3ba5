"""The colours of things. A colour is (red, green, blue), each from 0 to 255."""

from PIL import ImageColor


def palette(text):
    """A list of colours from text: "d32f2f e65c1e" -> [(211, 47, 47), (230, 92, 30)]."""
    return [ImageColor.getrgb("#" + code) for code in text.split()]


# INK: tyres, seats, grips. PAINTS: bodywork.
WHITE, BLACK, INK, STEEL, GLASS = palette("ffffff 000000 1e2026 969ca6 344a62")
PAINTS = palette("d32f2f e65c1e f0b429 2e8b57 008996 266ec8 1e408c 6846aa be2860 343a46")
HULLS = palette("f6f7fa f0f2f6 e2e6ec faf4e6")  # the white of airplanes
LEATHERS = palette("1e2026 1e2026 7a4c2e c8a06e")
