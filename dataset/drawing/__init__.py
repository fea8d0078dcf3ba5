"""How the drawn pictures are drawn: an outline at a time. The course does not need this; it is here to be enjoyed."""
