"""The airplanes."""

import numpy as np

from dataset.drawing.colours import GLASS, HULLS, INK, PAINTS, STEEL, WHITE, palette
from dataset.drawing.shades import chrome, darker, glossy, lighter, mix, padded
from dataset.drawing.sketch import Sketch, arc, box, disc, mix_points, pick, points, rounded, stroke

FLYING = 0.6  # share of the airplanes that are in the air


class Airplane(Sketch):
    """About 10 units long, (0, 0) is the middle of the fuselage."""

    def propeller(self, x, y, radius, turning):
        """Seen from the side: a blurred disc in flight, a standing blade on the ground."""
        if turning:
            for share in (1, 0.7, 0.4):
                self.fill(disc(x, y, 0.13 * share, radius), (110, 115, 125), alpha=0.25)
            self.fill(disc(x + 0.05, y, 0.025, radius * 0.97), WHITE, alpha=0.5)
            return
        for side in (-1, 1):
            self.fill(
                disc(x, y + side * radius / 2, 0.09, radius / 2), palette("1e2026 50545c 1e2026")
            )
            self.fill(disc(x, y + side * radius * 0.88, 0.055, radius * 0.09), (240, 190, 50))

    def wheel(self, x, y, radius, hub=STEEL):
        self.fill(disc(x, y, radius), padded())
        self.fill(disc(x, y, radius * 0.5), chrome(hub))

    def swept_wing(self, root, chord, tip, tip_chord, colour, flaps=True):
        """A wing, from the leading edge of its root to the leading edge of its tip."""
        root, tip = points(root), points(tip)
        back, tip_back = root - (chord, 0), tip - (tip_chord, 0.03)
        self.fill(
            [root, tip, tip_back, back], [lighter(colour, 0.35), colour, darker(colour, 0.12)]
        )
        self.fill(stroke([root, tip], 0.07, 0.04), lighter(colour, 0.7))
        if flaps:
            inner, outer = mix_points(back, root, 0.25), mix_points(tip_back, tip, 0.28)
            self.line([inner, outer], 0.025, darker(colour, 0.35), alpha=0.8)
            for share in (0.35, 0.65):
                cut = [mix_points(inner, outer, share), mix_points(back, tip_back, share)]
                self.line(cut, 0.025, darker(colour, 0.35), alpha=0.8)
        self.line([back, tip_back], 0.03, darker(colour, 0.3))

    def nacelle(self, x, y, length, radius, colour):
        """A jet engine: intake to the front, hot cone at the back."""
        size, middle = (length / 2, radius), (x, y)
        self.fill(points("-1.4,0 -.8,.5 -.8,-.5") * size + middle, darker(STEEL, 0.4))
        body = rounded("-1,.6 -.2,1.05 1,1 1,1 1,-1 1,-1 -.2,-1.05 -1,-.6", 0.35) * size + middle
        self.fill(body, glossy(colour))
        self.fill(
            points("1.2,1.1 .78,1.1 .78,-1.1 1.2,-1.1") * size + middle, chrome(), within=body
        )
        front = x + length / 2
        self.fill(disc(front, y, radius * 0.28, radius), chrome())
        self.fill(disc(front + 0.02, y, radius * 0.2, radius * 0.82), [INK, (70, 74, 84)])

    def jet_livery(self, rng, body, nose, r, paint, accent):
        """Paint on the fuselage, cut to its outline."""
        style = pick(rng, ("stripe", "belly", "tail", "nose"))
        if style == "stripe":
            self.fill(box(-nose, 0.02 * r, nose, 0.5 * r), paint, within=body)
            self.fill(box(-nose, -0.16 * r, nose, -0.06 * r), accent, within=body)
        elif style == "belly":
            wave = rounded("1,-.45 0,-.3 -.6,.1 -1,1.2", 0.5, closed=False)
            below = np.vstack([wave, points("-1,-2 1,-2")]) * (nose, r)
            self.fill(below + (0, 0.14 * r), accent, within=body)
            self.fill(below, [paint, darker(paint, 0.3)], within=body)
        elif style == "tail":
            sweep = points("-.25,-1 -.55,1 -1.1,1 -1.1,-1") * (nose, r)
            self.fill(sweep + (0.3, 0), accent, within=body)
            self.fill(sweep, glossy(paint), within=body)
        else:
            self.fill(box(-nose, -0.2 * r, nose, -0.05 * r), paint, within=body)
            self.fill(box(nose - 0.5, -r, nose, r), glossy(paint), within=body)
        self.fill(box(-nose, r * 0.62, nose, r * 0.82), WHITE, alpha=0.35, within=body)

    def jet_windows(self, rng, nose, r):
        """A row of cabin windows, two doors, and the cockpit."""
        for x in np.arange(-nose + 1.9, nose - 1.75, rng.uniform(0.2, 0.26)):
            self.fill(disc(x, 0.28 * r, 0.06, 0.085), GLASS)
        for x in (nose - 1.5, -nose + 1.55):
            door = points("-.13,-.3 .13,-.3 .13,.55 -.13,.55 -.13,-.3") * (1, r) + (x, 0)
            self.line(door, 0.025, (120, 126, 136), roundness=0.15, alpha=0.7)
        glass = points("-.5,.28 -1.05,.3 -1.12,.6 -.78,.64") * (1, r) + (nose, 0)
        self.fill(glass, [lighter(GLASS, 0.4), GLASS, darker(GLASS, 0.3)], roundness=0.15)
        for x in (nose - 0.72, nose - 0.92):
            self.line([(x, 0.25 * r), (x - 0.06, 0.68 * r)], 0.03, (225, 228, 234))

    def jet_gear(self, nose, r):
        for x, size in ((nose * 0.74, 0.17), (-0.55, 0.22), (-0.2, 0.22)):
            self.line([(x, -r * 0.7), (x, size - r - 0.82)], 0.09, darker(STEEL, 0.2))
            self.wheel(x, size - r - 0.82, size)

    def jet_fin(self, rng, nose, r, top, paint, accent):
        fin = rounded("2.4,-.08 1.5,.08 .35,1 .35,1 -.35,1 -.35,1 .05,-.2", 0.25)
        fin = fin * (1, top - r) + (-nose, r)
        self.fill(fin, [lighter(paint, 0.25), paint, darker(paint, 0.2)])
        band = points("-1,.55 2,.95 2,1.2 -1,.8") + (-nose, r)
        self.fill(band, pick(rng, (accent, WHITE)), within=fin)
        self.line(
            [(-nose + 0.28, r * 0.8), (-nose - 0.12, top)], 0.025, darker(paint, 0.4), alpha=0.7
        )

    def jet(self, rng, flying):
        """A passenger jet, with engines under the wings or at the tail."""
        nose = rng.uniform(4.2, 5.3)  # half the length of the fuselage
        r = rng.uniform(0.62, 0.76)  # half its height
        paint, accent = pick(rng, PAINTS), pick(rng, PAINTS)
        hull = pick(rng, (*HULLS[:3], lighter(paint, 0.1)))
        metal = pick(rng, palette("b2bac6 a0a8b6 c4cad2"))
        far = darker(metal, 0.25)
        tail_engines = rng.random() < 0.35
        drop = rng.uniform(0.75, 1.05)  # how far below its root the tip of the near wing appears
        top = r + rng.uniform(1.4, 1.75)

        self.swept_wing((0.9, 0), 1.6, (-1.4, r + drop * 0.75), 0.5, far, flaps=False)
        if tail_engines:
            self.swept_wing(
                (-nose + 0.35, top), 0.8, (-nose - 0.15, top + 0.3), 0.4, far, flaps=False
            )
        else:
            self.swept_wing(
                (-nose + 1.3, 0.5 * r), 0.9, (-nose - 0.05, r + 0.55), 0.4, far, flaps=False
            )
            self.nacelle(0.95, -r * 0.95, 1.1, 0.26, darker(metal, 0.3))
        if not flying:
            self.jet_gear(nose, r)
        self.jet_fin(rng, nose, r, top, paint, accent)
        front = points("0,-.28 -.05,.15 -.75,.62 -1.3,1 -2.2,1") * (1, r) + (nose, 0)
        back = points("1.5,1 .3,.85 -.1,.6 -.1,.35 1,-.3 2.6,-1 3.4,-1") * (1, r) - (nose, 0)
        chin = points("-1.6,-1 -.5,-.9") * (1, r) + (nose, 0)
        body = rounded(np.vstack([front, back, chin]), 0.45)
        self.fill(body, [lighter(hull, 0.6), hull, hull, darker(hull, 0.12), darker(hull, 0.35)])
        self.jet_livery(rng, body, nose, r, paint, accent)
        self.jet_windows(rng, nose, r)

        if tail_engines:
            self.nacelle(-nose + 2.35, 0.35 * r, 1.5, 0.3, pick(rng, (metal, paint)))
            self.swept_wing(
                (-nose + 0.45, top - 0.12),
                0.95,
                (-nose - 0.45, top - 0.42),
                0.4,
                metal,
                flaps=False,
            )
        else:
            self.nacelle(0.5, -r * 0.55 - 0.52, 1.35, 0.31, pick(rng, (metal, paint, hull)))
            self.swept_wing(
                (-nose + 1.4, 0.4 * r),
                1.0,
                (-nose - 0.35, 0.4 * r - 0.42),
                0.45,
                metal,
                flaps=False,
            )
        tip = points((-2.0, -0.4 * r - drop))
        self.swept_wing((1.1, -0.4 * r), 2.1, tip, 0.5, metal)
        if rng.random() < 0.6:
            self.fill(points("0,0 -.5,-.03 -.75,.5 -.6,.5") + tip, glossy(paint))
        return 0

    def light_tail(self, paint, accent, x, y, height):
        """The fin of a light aircraft whose fuselage ends at (x, y)."""
        fin = rounded("1.3,.05 .75,.2 .3,1 -.15,1 -.3,.9 -.1,-.08", 0.3) * (1, height) + (x, y)
        self.fill(fin, glossy(paint))
        self.fill(box(x - 1, y + height * 0.55, x + 2, y + height * 0.75), accent, within=fin)
        self.line([(x + 0.28, y), (x + 0.08, y + height)], 0.025, darker(paint, 0.4), alpha=0.7)

    def high_wing(self, rng, flying):
        """The wing lies on the cabin and is held by a strut; the wheels stay out."""
        paint, accent = pick(rng, PAINTS), pick(rng, PAINTS)
        hull = pick(rng, (*HULLS, lighter(paint, 0.1)))
        wing = pick(rng, (hull, paint))
        glass = [lighter(GLASS, 0.55), lighter(GLASS, 0.2), GLASS]
        self.light_tail(paint, accent, -3.5, 0.25, rng.uniform(1.25, 1.5))
        self.line("1.75,-.4 1.8,-1.25", 0.1, darker(STEEL, 0.2))
        self.line("0,-.4 .15,-1.3", 0.1, darker(STEEL, 0.2))
        outline = "1.6,-.66 2.9,-.4 3.05,0 3,.3 1.75,.42 1.3,1 .6,1.05 -.7,1 -1.5,.55 -3.5,.32 -3.6,.05 -1.2,-.6 .3,-.7"
        body = rounded(outline, 0.32)
        self.fill(body, [lighter(hull, 0.5), hull, hull, darker(hull, 0.15), darker(hull, 0.35)])
        if rng.random() < 0.5:
            self.fill("3.2,-.1 -3.7,.14 -3.7,-1 3.2,-1", [paint, darker(paint, 0.35)], within=body)
        self.fill("3.2,-.02 -3.7,.2 -3.7,.1 3.2,-.2", accent, within=body)
        self.fill("1.62,.42 1.25,.92 .92,.92 .92,.36", glass, 0.1)
        self.fill(".82,.36 .82,.92 .05,.92 0,.4", glass, 0.12)
        self.fill("-.12,.4 -.06,.9 -.6,.88 -1.05,.5", glass, 0.14)
        self.fill("1.2,.86 1.06,.86 1.2,.5 1.32,.5", WHITE, alpha=0.3)
        self.fill(".6,.86 .42,.86 .5,.45 .68,.45", WHITE, alpha=0.3)
        self.line(".88,.35 .86,-.5 .1,-.5 0,.38", 0.025, darker(hull, 0.4), alpha=0.7)
        self.swept_wing((-2.7, 0.22), 0.95, (-3.1, -0.1), 0.8, hull, flaps=False)

        self.fill(
            "1.3,1 -.8,1 -1.2,1.24 1.3,1.3",
            [darker(wing, share) for share in (0.1, 0.2, 0.4)],
            0.05,
        )
        self.line(".5,-.5 .35,1.2", 0.09, lighter(STEEL, 0.3))
        airfoil = "1.8,1.3 1.65,1.47 1,1.55 0,1.46 -1.35,1.26 -1.35,1.22 0,1.22 1.55,1.18"
        self.fill(airfoil, [lighter(wing, 0.5), wing, darker(wing, 0.1)], 0.3)
        spats = rng.random() < 0.5
        for x, size in ((1.8, 0.26), (0.15, 0.3)):
            self.wheel(x, -1.28, size)
            if spats:
                self.fill(arc(x, -1.28, size * 1.3, size * 0.6, -5, 185), glossy(paint))
        self.fill("3.45,0 3,.28 3,-.28", glossy(accent), 0.35)
        self.propeller(3.22, 0, 1.15, flying)
        return 0

    def low_wing(self, rng, flying):
        """A sporty single seater: glass canopy, wing under the fuselage, a wheel under the tail."""
        paint, accent = pick(rng, PAINTS), pick(rng, (*PAINTS, WHITE))
        hull = pick(rng, (paint, paint, HULLS[0]))
        wing = pick(rng, (hull, mix(hull, STEEL, 0.6)))
        self.light_tail(paint, accent, -3.6, 0.2, rng.uniform(1.15, 1.4))
        if not flying:
            self.line("1.2,-.4 1.35,-1.3", 0.12, darker(STEEL, 0.2))
            self.line("-3.1,-.1 -3.2,-.5", 0.08, darker(STEEL, 0.2))
            self.wheel(1.35, -1.35, 0.33)
            self.wheel(-3.2, -0.5, 0.14)
        canopy = rounded("1.5,.45 1.05,.98 .4,1.14 -.4,1.02 -1.9,.45", 0.4)
        self.fill(canopy, [lighter(GLASS, 0.7), lighter(GLASS, 0.35), GLASS])
        self.fill(disc(0.2, 0.7, 0.17, 0.2), INK, alpha=0.6)
        self.fill(".95,.9 .3,1.04 .25,.96 .85,.8", WHITE, 0.3, alpha=0.55)
        for bar in (".8,.4 .72,1.2", "-.4,.4 -.46,1.2"):
            self.line(bar, 0.05, lighter(hull, 0.1), within=canopy)
        self.line(np.vstack([canopy, canopy[:1]]), 0.05, darker(hull, 0.1))
        outline = "2,-.62 2.95,-.42 3,-.05 2.95,.38 1.8,.56 .6,.62 -1.6,.62 -3.6,.32 -3.8,.08 -1.2,-.5 .4,-.68"
        body = rounded(outline, 0.36)
        self.fill(body, glossy(hull))
        self.fill("3.2,.12 0,.1 -3.9,.28 -3.9,.12 0,-.2 3.2,-.1", accent, within=body)
        for x in (2.2, 2.4, 2.6):
            self.line([(x, 0.2), (x - 0.12, 0.34)], 0.06, INK, alpha=0.7)
        self.swept_wing((-2.75, 0.24), 0.95, (-3.2, -0.1), 0.75, wing, flaps=False)
        self.swept_wing((1.75, -0.36), 2.3, (0.5, -0.36 - rng.uniform(0.75, 0.95)), 1.2, wing)
        self.fill("3.5,0 2.93,.3 2.93,-.34", glossy(accent), 0.35)
        self.propeller(3.22, -0.02, 1.15, flying)
        return 13.8

    def biplane(self, rng, flying):
        """Two wings with struts and wires, an open cockpit, a pilot with a scarf."""
        paint, accent = pick(rng, PAINTS), pick(rng, (*PAINTS, HULLS[3]))
        wing, wood = pick(rng, (paint, accent, (244, 222, 170))), (120, 84, 56)
        self.light_tail(accent, paint, -3.3, 0.25, rng.uniform(1.1, 1.3))
        self.line("-2.9,-.1 -3.2,-.62", 0.08, STEEL)
        self.wheel(-3.2, -0.66, 0.13)
        for leg in (".9,-.4 1.05,-1.3", "1.7,-.4 1.05,-1.3"):
            self.line(leg, 0.09, darker(STEEL, 0.3))
        self.fill(
            "1.95,1.5 -.15,1.5 -.3,1.86 1.75,1.86", [darker(wing, 0.2), darker(wing, 0.4)], 0.1
        )
        for strut in ("1.2,.4 1.3,1.6", ".5,.4 .4,1.6"):
            self.line(strut, 0.08, darker(STEEL, 0.4))
        self.fill("-.75,.5 -.7,.98 -.35,.98 -.3,.5", wood, 0.3)
        self.fill("-.7,.86 -1.3,.98 -1.45,.86 -.7,.72", accent, 0.3)
        self.fill(disc(-0.52, 1.0, 0.23), palette("966846 604230"))
        self.fill("-.32,1.12 -.46,1.1 -.46,.96 -.32,.94", lighter(GLASS, 0.6), 0.3)
        outline = "1.9,-.58 2.7,-.5 2.7,.5 1.9,.56 .1,.62 -.05,.52 -.9,.52 -1.1,.66 -3.3,.36 -3.5,.1 -1.2,-.45 .6,-.62"
        body = rounded(outline, 0.24)
        self.fill(body, glossy(paint))
        self.fill("1.9,.1 -3.6,.32 -3.6,.14 1.9,-.12", accent, within=body)
        self.fill("2.85,-.5 2.85,.5 2.05,.66 2.05,-.66", chrome(darker(STEEL, 0.25)), 0.22)
        for y in (-0.3, 0, 0.3):
            self.line([(2.2, y), (2.7, y * 0.9)], 0.05, INK, alpha=0.5)
        self.fill(".12,.58 .02,.92 -.04,.92 -.04,.56", lighter(GLASS, 0.6), alpha=0.8)
        self.swept_wing((-2.45, 0.26), 0.95, (-2.85, -0.06), 0.8, wing, flaps=False)
        for shift in ((0, -0.55), (0.3, 1.5)):
            slab = rounded("2,.04 -.2,.1 -.55,-.24 1.75,-.3", 0.12) + shift
            self.fill(slab, [lighter(wing, 0.4), wing, darker(wing, 0.15)])
            self.line(points("1.95,-.05 1.74,-.27") + shift, 0.07, lighter(wing, 0.6))
            self.line(points(".05,-.02 1.6,-.09") + shift, 0.025, darker(wing, 0.3), alpha=0.6)
        for strut in ("1.35,-.64 1.65,1.32", ".1,-.64 .4,1.32"):
            self.line(strut, 0.09, wood)
        for wire in ("1.35,-.6 .4,1.32", ".1,-.6 1.65,1.32"):
            self.line(wire, 0.022, INK, alpha=0.7)
        self.wheel(1.05, -1.32, 0.36, accent)
        self.fill("3.15,0 2.82,.24 2.82,-.24", glossy(accent), 0.35)
        self.propeller(3.0, 0, 1.2, flying)
        return 11.8

    def draw(self, rng):
        """Draw any airplane. Returns the angle in degrees by which its nose points up, and whether it is in the air."""
        flying = rng.random() < FLYING
        kinds = (self.jet, self.jet, self.jet, self.high_wing, self.low_wing, self.biplane)
        kind = pick(rng, kinds)
        resting = kind(rng, flying)  # each returns its angle on the ground
        return rng.uniform(-5, 10) if flying else resting, flying
