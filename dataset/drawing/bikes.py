"""The bikes."""

import numpy as np

from dataset.drawing.colours import (
    BLACK,
    GLASS,
    HULLS,
    INK,
    LEATHERS,
    PAINTS,
    STEEL,
    WHITE,
    palette,
)
from dataset.drawing.shades import chrome, darker, glossy, lighter, padded
from dataset.drawing.sketch import Sketch, arc, box, disc, mix_points, pick, points, rounded, stroke


def around(x, y, radius, angle):
    return (x + radius * np.cos(angle), y + radius * np.sin(angle))


class Bike(Sketch):
    """The unit is about a metre, the ground is at y = 0."""

    def wheel(self, rng, x, radius, rim=STEEL, spokes=5, tyre=0.24):
        """Tyre, rim, spokes and brake disc. spokes: how many pairs; tyre: its width as a share of the radius."""
        y, inner = radius, radius * (1 - tyre)
        wire = spokes > 10
        self.fill(arc(x, y, radius, inner), palette("4a4c54 282a30 1e2026 18191e"))
        self.fill(arc(x, y, radius * 0.94, radius * 0.91), (92, 94, 102), alpha=0.6)
        self.fill(arc(x, y, inner * 1.02, inner * 0.88), chrome(rim) if wire else glossy(rim))
        for angle in rng.uniform(0, 2 * np.pi) + np.arange(spokes) * 2 * np.pi / spokes:
            for lean in (-0.35, 0.35) if wire else (-0.16, 0.16):
                end = around(x, y, inner * 0.93, angle + lean)
                if wire:
                    self.line([around(x, y, 0.04, angle), end], 0.009, lighter(rim, 0.3))
                else:
                    self.fill(stroke([(x, y), end], 0.15 * radius, 0.1 * radius), darker(rim, 0.1))
        outer, hole = (0.42, 0.3) if wire else (0.62, 0.42)
        steel = [lighter(STEEL, 0.5), STEEL, lighter(STEEL, 0.3)]
        self.fill(arc(x, y, inner * outer, inner * hole), steel, alpha=0.95)
        for angle in np.arange(0, 2 * np.pi, np.pi / 6):
            self.fill(
                disc(*around(x, y, inner * (outer + hole) / 2, angle), inner * 0.03),
                darker(STEEL, 0.5),
            )
        self.fill(disc(x, y, inner * 0.2), chrome(darker(STEEL, 0.3)))
        self.fill(disc(x, y, inner * 0.08), INK)

    def fork(self, axle, head, width=0.05, colour=STEEL):
        """Two legs from the axle up to the steering head, the lower half stouter."""
        axle, head = points(axle), points(head)
        self.line([axle + (0.03, 0.02), head + (0.03, 0)], width * 0.8, darker(colour, 0.5))
        self.tube([axle, head], width * 0.8, lighter(colour, 0.2))
        self.tube([axle, mix_points(axle, head, 0.45)], width * 1.15, darker(colour, 0.2))

    def cylinder(self, foot, head, width, colour):
        """An air-cooled cylinder with its fins."""
        foot, head = points(foot), points(head)
        across = (head - foot)[::-1] * (-1, 1) / np.linalg.norm(head - foot) * width / 2
        self.fill(stroke([foot, head], width * 0.86, caps=False), [colour, darker(colour, 0.5)])
        for share in np.linspace(0.15, 0.95, 6):
            middle = mix_points(foot, head, share)
            self.line([middle - across, middle + across], 0.018, lighter(colour, 0.45))
        self.line([head - 0.84 * across, head + 0.84 * across], 0.06, lighter(colour, 0.15))

    def silencer(self, path, width, end_width, colour=STEEL):
        """A pipe that widens to its end, and the dark hole there."""
        path = points(path)
        self.fill(stroke(path, width, end_width), chrome(colour))
        self.fill(disc(*path[-1], end_width * 0.3), INK)

    def headlight(self, x, y, radius):
        self.fill(disc(x - radius * 0.35, y, radius * 0.95, radius), chrome())
        self.fill(disc(x, y, radius * 0.7, radius), chrome(darker(STEEL, 0.2)))
        self.fill(
            disc(x + radius * 0.12, y, radius * 0.55, radius * 0.84), palette("fffce6 fae296")
        )

    def tail_light(self, x, y, size=0.035):
        self.fill(disc(x, y, size * 0.8, size), palette("ff6e5a be1418"))

    def mirror(self, foot, head):
        self.line([foot, head], 0.014, INK)
        self.fill(disc(head[0] - 0.015, head[1], 0.05, 0.035), [(90, 96, 106), INK])

    def sport_bike(self, rng):
        """Full fairing, low handlebar, tail up in the air."""
        paint, accent = pick(rng, PAINTS), pick(rng, (*PAINTS, WHITE, WHITE))
        rim = pick(rng, (darker(STEEL, 0.6), darker(STEEL, 0.2), accent))
        spokes = pick(rng, (3, 5, 6))
        rear, front, radius = -0.69, 0.70, rng.uniform(0.305, 0.325)
        plate_holder = "-.6,.84 -.72,.9 -.92,.74 -.99,.56 -.96,.56 -.88,.7"
        self.fill(plate_holder, INK)
        self.line("-.96,.66 -1,.53", 0.022, (225, 228, 232))
        self.wheel(rng, rear, radius, rim, spokes, 0.28)
        self.wheel(rng, front, radius, rim, spokes)
        self.fork((front, radius), (0.46, 0.9), 0.055, pick(rng, (STEEL, (212, 166, 70))))
        self.fill(".62,.46 .7,.52 .74,.4 .68,.36", accent, 0.3)  # brake calliper
        self.fill(arc(front, radius, radius * 1.15, radius * 1.03, 38, 150), glossy(paint))
        self.fill(
            points("-.09,.68 -.03,.38 .02,.38 .06,.7") + (front - 0.03, 0), darker(paint, 0.2), 0.15
        )

        self.tube([(rear, radius), (-0.1, 0.42)], 0.1, darker(STEEL, 0.35))
        self.line([(rear, radius + 0.05), (-0.12, 0.44)], 0.012, darker(STEEL, 0.6))
        self.fill(
            "-.3,.3 -.2,.22 .3,.22 .4,.6 .25,.8 -.25,.76 -.32,.55",
            palette("5c6068 3a3c44 26282e"),
            0.2,
        )
        self.fill(disc(-0.14, 0.42, 0.1), chrome(darker(STEEL, 0.35)))
        self.fill(disc(-0.14, 0.42, 0.06), darker(STEEL, 0.5))
        self.tube("-.22,.74 -.1,.56 -.2,.4", 0.07, pick(rng, (STEEL, darker(STEEL, 0.5))))
        self.tube(".2,.2 -.1,.18 -.28,.24 -.4,.34", 0.06, STEEL, 0.5)
        self.silencer(
            "-.38,.33 -.8,.56", 0.1, 0.13, pick(rng, (STEEL, darker(STEEL, 0.5), (170, 140, 110)))
        )

        tail = rounded("-.08,.72 -.1,.8 -.42,.82 -.54,.95 -.9,1.02 -.93,.97 -.6,.78 -.3,.66", 0.22)
        self.fill(tail, glossy(paint))
        self.fill("-.36,.74 -.85,.99 -.95,.94 -.5,.66", accent, within=tail)
        self.fill("-.06,.78 -.12,.86 -.4,.87 -.48,.92 -.44,.8 -.12,.74", padded(), 0.25)
        self.fill("-.53,.95 -.6,1 -.84,1.04 -.86,1", padded(), 0.3)
        self.tail_light(-0.915, 0.985)
        self.fill(
            ".66,.92 .46,1.15 .38,1.14 .36,.92", [lighter(GLASS, 0.4), GLASS], 0.25, alpha=0.8
        )
        self.line(".6,.96 .47,1.11", 0.012, WHITE, alpha=0.7)
        self.fill(".36,.84 .3,1.02 .08,1.05 -.1,.88 -.12,.76 .3,.7", glossy(paint), 0.3)
        self.fill(".24,.99 .08,1.01 0,.94 .2,.93", WHITE, 0.4, alpha=0.35)
        outline = ".6,.68 .86,.8 .66,.94 .4,.95 .24,.86 .12,.72 .14,.5 0,.36 -.22,.24 -.12,.17 .28,.17 .36,.36 .46,.6"
        fairing = rounded(outline, 0.2)
        self.fill(
            fairing, [lighter(paint, 0.4), paint, paint, darker(paint, 0.12), darker(paint, 0.35)]
        )
        slash = pick(rng, (".9,.78 .3,.82 0,.3 .1,.3 .38,.74 .9,.72", ".3,.5 -.3,.3 -.3,.1 .4,.1"))
        self.fill(slash, accent, within=fairing)
        self.fill(".3,.62 .36,.54 .26,.36 .2,.46", darker(paint, 0.7), 0.25, alpha=0.85)
        self.fill(".82,.8 .7,.88 .62,.84 .72,.77", palette("fffceb c8d7e6"), 0.25)  # headlight
        self.line(".44,.95 .3,.98", 0.035, INK)
        self.mirror((0.56, 0.96), (0.5, 1.1))
        self.line("-.16,.4 -.3,.42", 0.025, STEEL)

    def classic_bike(self, rng):
        """A roadster: round headlight, teardrop tank, long seat, twin shocks, one big engine."""
        paint, leather = pick(rng, PAINTS), pick(rng, LEATHERS[:3])
        accent = pick(rng, (HULLS[3], WHITE, (214, 170, 80), darker(paint, 0.5)))
        engine, frame = pick(rng, (STEEL, darker(STEEL, 0.45))), darker(STEEL, 0.65)
        rim, spokes = pick(rng, ((STEEL, 16), (STEEL, 16), (darker(STEEL, 0.4), 5)))
        fender = glossy(pick(rng, (paint, STEEL)))
        rear, front, radius = -0.7, 0.72, rng.uniform(0.315, 0.335)
        for x, start, end in ((rear, 62, 172), (front, 45, 145)):
            self.wheel(rng, x, radius, rim, spokes, 0.22)
            self.fill(arc(x, radius, radius * 1.14, radius * 1.05, start, end), fender)
        self.fork((front, radius), (0.48, 0.94), 0.052)
        self.tube([(rear, radius), (-0.16, 0.36)], 0.06, darker(STEEL, 0.45))
        self.tube(".46,.84 .36,.24 -.2,.22 -.24,.5 -.1,.78", 0.045, frame, 0.15)
        self.tube(".44,.8 -.1,.78 -.72,.82", 0.05, frame)
        self.tube("-.2,.42 -.5,.8", 0.04, frame)

        self.cylinder((0.1, 0.42), (0.16, 0.72), 0.24, darker(engine, 0.3))
        self.fill("-.24,.26 .28,.24 .32,.42 .1,.5 -.2,.5 -.28,.4", glossy(engine), 0.3)
        self.fill(disc(0.12, 0.36, 0.095), chrome(darker(engine, 0.15)))
        self.fill(disc(0.12, 0.36, 0.055), darker(engine, 0.35))
        self.fill(disc(-0.12, 0.37, 0.07), chrome(darker(engine, 0.1)))
        self.fill("-.06,.56 -.02,.68 -.16,.7 -.18,.56", darker(STEEL, 0.5), 0.25)
        self.fill("-.18,.76 -.42,.78 -.3,.54 -.2,.52", glossy(paint), 0.25)
        self.tube(".22,.64 .42,.62 .4,.3 .28,.19 -.2,.19", 0.05, (190, 192, 196), 0.4)
        self.silencer("-.18,.2 -.4,.22 -.92,.29", 0.07, 0.1)
        self.line("-.62,.36 -.5,.8", 0.03, STEEL)
        for share in np.linspace(0.35, 0.85, 7):  # the spring of the shock
            x, y = -0.62 + 0.12 * share, 0.36 + 0.44 * share
            self.line([(x - 0.035, y - 0.012), (x + 0.035, y + 0.012)], 0.018, (60, 62, 70))
        self.fill("-.04,.82 -.08,.9 -.4,.9 -.6,.94 -.78,.92 -.8,.85 -.4,.8", padded(leather), 0.28)
        tank = rounded(".46,.8 .46,.98 .24,1.04 .04,.98 -.12,.84 .1,.79", 0.34)
        self.fill(tank, glossy(paint))
        self.fill(".5,.86 0,.84 -.1,.8 .5,.78", accent, within=tank)
        self.fill(".36,.98 .2,1 .08,.95 .3,.94", WHITE, 0.4, alpha=0.4)
        self.fill(disc(0.2, 0.91, 0.045, 0.03), accent)
        self.tube(".5,.96 .46,1.1 .28,1.09", 0.026, lighter(STEEL, 0.2), 0.4)
        self.line(".36,1.092 .25,1.088", 0.042, INK)
        self.mirror((0.42, 1.1), (0.4, 1.22))
        self.headlight(0.62, 0.92, 0.095)
        self.fill(disc(0.53, 1.02, 0.04), chrome())
        self.line("-.74,.82 -.84,.76", 0.025, INK)
        self.tail_light(-0.85, 0.76)

    def cruiser(self, rng):
        """Long fork, high handlebar, low seat, two cylinders in a V, much chrome."""
        paint, engine = pick(rng, PAINTS), pick(rng, (STEEL, darker(STEEL, 0.4)))
        accent = pick(rng, (HULLS[3], (240, 150, 40), lighter(paint, 0.5)))
        frame = darker(STEEL, 0.65)
        rear, front, radius = -0.78, 0.88, rng.uniform(0.31, 0.33)
        high = rng.uniform(1.12, 1.3)
        if rng.random() < 0.4:  # a backrest
            self.tube("-.72,.66 -.86,.9 -.88,1.12", 0.026, STEEL, 0.4)
            self.line("-.84,.92 -.865,1.08", 0.06, padded())
        self.wheel(rng, rear, radius, STEEL, 16, 0.34)
        self.wheel(rng, front, radius, STEEL, 16, 0.24)
        self.tube([(rear, radius), (-0.16, 0.32)], 0.06, darker(STEEL, 0.3))
        self.tube(".48,.84 .3,.2 -.2,.2 -.3,.5 -.62,.6", 0.05, frame, 0.15)
        self.tube(".48,.86 -.1,.64 -.4,.56", 0.05, frame)
        self.cylinder((-0.02, 0.4), (-0.16, 0.66), 0.18, engine)
        self.cylinder((0.08, 0.4), (0.24, 0.66), 0.18, engine)
        self.fill("-.24,.24 .26,.22 .28,.4 .1,.46 -.24,.44", glossy(engine), 0.3)
        for x, y, size in ((0.08, 0.33, 0.085), (-0.14, 0.33, 0.07), (0.04, 0.57, 0.075)):
            self.fill(disc(x, y, size), chrome())
        self.fill(disc(0.04, 0.57, 0.045), paint)
        front_pipe = ".27,.6 .41,.56 .35,.24 -.2,.21"
        rear_pipe = "-.1,.6 .04,.56 -.02,.31 -.2,.28"
        for pipe, y in ((front_pipe, 0.21), (rear_pipe, 0.28)):
            self.tube(pipe, 0.045, (200, 202, 206), 0.4)
            self.silencer([(-0.2, y), (-1.04, y)], 0.055, 0.08)

        self.fill(arc(rear, radius, radius * 1.22, radius * 1.03, 12, 165), glossy(paint))
        self.fill(arc(front, radius, radius * 1.16, radius * 1.05, 35, 150), glossy(paint))
        if rng.random() < 0.4:  # a saddlebag
            self.fill("-.98,.64 -.5,.66 -.48,.4 -.92,.38", padded(pick(rng, LEATHERS)), 0.2)
            self.line("-.97,.56 -.49,.57", 0.014, BLACK, alpha=0.35)
            for x in (-0.82, -0.62):
                self.line([(x, 0.58), (x, 0.48)], 0.025, (214, 190, 140))
        self.fill(
            "-.06,.72 -.1,.66 -.3,.62 -.44,.66 -.52,.78 -.8,.76 -.82,.7 -.4,.54 -.1,.58",
            padded(),
            0.28,
        )
        self.fork((front, radius), (0.5, 0.92), 0.055, lighter(STEEL, 0.2))
        tank = rounded(".46,.78 .42,.94 .2,.95 0,.84 -.12,.68 .14,.68", 0.34)
        self.fill(tank, glossy(paint))
        self.fill(".5,.92 .1,.84 .24,.82 .02,.74 .26,.76 .5,.7", accent, within=tank)
        self.fill(".34,.91 .2,.92 .08,.85 .28,.87", WHITE, 0.4, alpha=0.4)
        self.tube([(0.48, 0.94), (0.46, high), (0.24, high - 0.02)], 0.03, lighter(STEEL, 0.2), 0.3)
        self.line([(0.32, high - 0.015), (0.2, high - 0.02)], 0.045, INK)
        self.mirror((0.42, high), (0.42, high + 0.1))
        self.headlight(0.62, 0.9, 0.1)
        self.tail_light(rear - 0.33, 0.56, 0.045)
        self.line(".36,.3 .46,.34", 0.035, INK)

    def scooter(self, rng):
        """Step-through: leg shield, flat floor, round tail, small wheels."""
        paint, leather = pick(rng, (*PAINTS, *palette("96cdbe f5e1b4 eb9696"))), pick(rng, LEATHERS)
        trim = pick(rng, (chrome(), [WHITE, lighter(paint, 0.6)], padded()))
        rim = pick(rng, (STEEL, lighter(paint, 0.3), darker(STEEL, 0.4)))
        rear, front, radius = -0.56, 0.62, rng.uniform(0.22, 0.24)
        self.line("-.76,.46 -.9,.3", 0.035, INK)
        self.wheel(rng, rear, radius, rim, 5, 0.34)
        self.wheel(rng, front, radius, rim, 5, 0.34)
        self.tube([(front, radius), (0.46, 0.62)], 0.05, STEEL)
        self.fill("-.44,.22 -.1,.2 -.06,.34 -.4,.4", palette("6e727a 363840"), 0.3)
        self.fill(".38,.3 .42,.5 .66,.52 .84,.4 .86,.28 .76,.3 .64,.38 .5,.3", glossy(paint), 0.3)
        self.fill("-.2,.36 .3,.34 .4,.26 .36,.2 -.22,.2", glossy(darker(paint, 0.1)), 0.22)
        self.line("-.16,.345 .28,.33", 0.025, INK)
        shield = ".24,.3 .3,.22 .42,.26 .56,.56 .52,.96 .42,1 .38,.94 .42,.6 .34,.38"
        self.fill(shield, [lighter(paint, 0.35), paint, paint, darker(paint, 0.25)], 0.26)
        self.line(".395,.93 .435,.6 .35,.38 .26,.31", 0.02, trim, 0.4)
        tail = "-.98,.56 -.9,.76 -.4,.76 -.12,.72 -.1,.5 -.16,.22 -.28,.24 -.4,.46 -.74,.44"
        self.fill(tail, glossy(paint), 0.3)
        self.fill("-.9,.68 -.5,.72 -.2,.66 -.5,.66", WHITE, 0.4, alpha=0.4)
        self.line("-.94,.58 -.5,.58 -.24,.5", 0.018, trim, 0.4)
        for x in (-0.22, -0.27, -0.32):
            self.line([(x, 0.41), (x + 0.02, 0.46)], 0.016, darker(paint, 0.5))
        self.silencer("-.3,.22 -.5,.2 -.8,.24", 0.06, 0.1, darker(STEEL, 0.25))
        self.fill(
            "-.9,.76 -.88,.85 -.5,.84 -.4,.87 -.16,.82 -.1,.74 -.5,.74", padded(leather), 0.28
        )
        if rng.random() < 0.4:  # a top case
            self.line("-1.02,.82 -.72,.82 -.66,.76", 0.04, INK)
            self.line("-.98,.82 -.88,.7", 0.03, INK)
            self.fill(box(-1.08, 0.82, -0.78, 1.06), glossy(pick(rng, (paint, leather))), 0.2)
            self.line("-1.06,.96 -.8,.96", 0.016, BLACK, alpha=0.4)
        self.tail_light(-0.95, 0.64, 0.045)
        self.fill(".36,.98 .38,1.1 .5,1.14 .6,1.06 .54,.96", glossy(paint), 0.32)
        self.headlight(0.57, 1.06, 0.065)
        self.line(".42,1.08 .27,1.09", 0.042, INK)
        self.mirror((0.4, 1.1), (0.34, 1.24))
        self.fill(disc(0.53, 0.76, 0.025, 0.04), palette("ffbe5a e6821e"))  # indicator

    def draw(self, rng):
        """Draw any bike. Returns what Airplane.draw does: it stands level, and is not in the air."""
        kinds = (self.sport_bike, self.sport_bike, self.classic_bike, self.cruiser, self.scooter)
        kind = pick(rng, kinds)
        kind(rng)
        return 0, False
