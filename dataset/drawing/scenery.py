"""The backgrounds, the same mixture for both classes, and what a camera adds."""

import numpy as np
from PIL import Image

from dataset.drawing.colours import BLACK, WHITE, palette
from dataset.drawing.shades import darker, lighter, mix
from dataset.drawing.sketch import UPPER_HALF, Sketch, box, disc, pick, points

STUDIOS = palette("fafafa f6f7f9 d6dae0 bec4cc ece4d6 cee0e8 f0d4cc d4e6d4 e2d8ec")
DARK_STUDIOS = palette("4a505e 3e4c62 35585e 5c4450 544a6a 5a5650")
SKIES = "60aae2 bee0f4,78beeb dceef8,96c4de ecf2f0,bcc8d4 e8ecee,82a0d7 fad6be,ec966e ffe0a0,b48cbe ffc8aa"
SKIES = [palette(pair) for pair in SKIES.split(",")]  # from the top down to the horizon
MEADOWS = palette("7cb054 96be60 68a060 b0ba68")
PAVEMENTS = palette("969aa0 a8aaac 848a92 b0aaa2")
SANDS = palette("e8d4a8 dec8a0 eedebc")
BRICKS = palette("ba6e5a c8846c cebcaa e2ded8 aa8070 7c5a54")
PLASTERS = palette("e8decc ceddd8 f0ceaa c4cedc e2beb4 6c8496")
EXPOSURE = 1.3  # above 1 makes middle tones darker and colours richer
GRAIN = (1.0, 3.0)  # standard deviation of the noise, in grey levels
VIGNETTE = (0.0, 0.12)  # how much darker the corners are


class Scene(Sketch):
    """The unit is the height of the picture, (0, 0) is its lower left corner."""

    def studio(self, rng, width, horizon, papers=STUDIOS, light=0.4):
        """A seamless paper backdrop: the floor bends up into the wall."""
        paper = pick(rng, papers)
        lit = lighter(paper, light)
        shades = [darker(paper, 0.06), paper, lit, lit, lit, paper, darker(paper, 0.1)]
        self.fill(box(0, 0, width, 1), shades)

    def dark_studio(self, rng, width, horizon):
        self.studio(rng, width, horizon, DARK_STUDIOS, light=0.15)

    def cloud(self, rng, x, y, size, colour):
        """Some puffs on one flat base, and their paler shadow."""
        puffs = [(x, size)]
        for side in (-1, 1):
            for step in range(1, rng.integers(2, 4)):
                middle = x + side * step * size * rng.uniform(0.7, 1.1)
                puffs.append((middle, size * rng.uniform(0.5, 0.75) / step))
        for shift, alpha in ((0.25 * size, 0.35), (0, 0.8)):
            for puff, radius in puffs:
                dome = disc(puff + shift, y, radius, 0.8 * radius)[:UPPER_HALF]
                self.fill(dome, colour, alpha=alpha)

    def sky(self, rng, width, horizon):
        """Sky, sometimes a sun, some clouds. Returns the colour of the haze at the horizon."""
        high, low = pick(rng, SKIES)
        self.fill(box(0, horizon - 0.02, width, 1), [high, low])
        if rng.random() < 0.35:
            x = rng.uniform(0.1, 0.9) * width
            y = rng.uniform(0.6, 0.9)
            size = rng.uniform(0.04, 0.07)
            for step in range(5, -1, -1):
                self.fill(
                    disc(x, y, size * (1 + 0.4 * step)), (255, 250, 228), alpha=0.1 if step else 1.0
                )
        for _ in range(rng.integers(0, 5)):
            x, y, size = rng.uniform(0, width), rng.uniform(0.55, 0.95), rng.uniform(0.04, 0.11)
            self.cloud(rng, x, y, size, lighter(low, 0.75))
        return lighter(low, 0.1)

    def hills(self, rng, width, horizon, haze):
        """Three ridges, the far ones paler."""
        green = pick(rng, palette("6ea078 7896aa 8c9678 8282aa"))
        x = np.linspace(-0.1, width + 0.1, 60)
        for step, share in enumerate((0.7, 0.5, 0.3)):
            y = horizon - 0.02 * step
            for wave in (1, 2, 3):
                swing = np.sin(x * wave * rng.uniform(2, 4) + rng.uniform(0, 6.3))
                y = y + rng.uniform(0.04, 0.12) / wave * (1 + swing) / 2
            ridge = np.vstack(
                [np.column_stack([x, y]), [(width, horizon - 0.1), (0, horizon - 0.1)]]
            )
            self.fill(ridge, [mix(green, haze, share - 0.1), mix(green, haze, share + 0.15)])

    def mountains(self, rng, width, horizon, haze):
        """Peaks with a lit side, a dark side and a cap of snow."""
        rock = pick(rng, palette("7888a0 828096 788c8c"))
        for x in np.arange(0, width + 0.3, 0.27):
            size = (rng.uniform(0.2, 0.32), rng.uniform(0.14, 0.32))
            foot = (x + rng.uniform(-0.1, 0.1), horizon - 0.02)
            self.fill(points("-1,0 0,1 1,0") * size + foot, mix(rock, haze, 0.25))
            self.fill(points("-1,0 0,1 -.2,0") * size + foot, mix(rock, haze, 0.45))
            snow = points("0,1 -.3,.7 -.12,.76 -.02,.66 .12,.75 .3,.7")
            self.fill(snow * size + foot, (250, 251, 253), alpha=0.9)

    def skyline(self, rng, width, horizon, haze):
        """Two rows of houses, the far one paler, the near one with windows."""
        stone = pick(rng, palette("6e7d96 82788c 78878c"))
        for near in (False, True):
            x = -rng.uniform(0, 0.1)
            while x < width:
                wide = rng.uniform(0.07, 0.16)
                top = horizon + rng.uniform(0.06, 0.24 if near else 0.34)
                colour = mix(
                    stone, haze, rng.uniform(0.35, 0.5) if near else rng.uniform(0.6, 0.72)
                )
                self.fill(box(x, horizon - 0.02, x + wide, top), [colour, mix(colour, haze, 0.3)])
                for y in np.arange(top - 0.025, horizon, -0.03) if near else ():
                    self.fill(
                        box(x + 0.015, y - 0.012, x + wide - 0.015, y),
                        lighter(colour, 0.45),
                        alpha=0.5,
                    )
                x += wide + rng.uniform(0, 0.02)

    def trees(self, rng, width, horizon, haze):
        """The far edge of a wood."""
        green = mix(pick(rng, palette("467854 568250 3c6e64")), haze, 0.25)
        for x in np.arange(-0.05, width + 0.1, 0.055):
            size, leaves = rng.uniform(0.03, 0.06), mix(green, haze, rng.uniform(0, 0.3))
            self.fill(
                disc(x, horizon + size * 0.8, size, size * 1.2),
                [lighter(leaves, 0.2), darker(leaves, 0.1)],
            )

    def sea(self, rng, width, horizon, haze):
        """Water with some glitter, sometimes a sail."""
        water = pick(rng, palette("3c8cb4 46a0b4 5082aa"))
        self.fill(box(0, horizon - 0.14, width, horizon), [mix(water, haze, 0.5), water])
        for _ in range(14):
            x, y = rng.uniform(0, width), horizon - rng.uniform(0.01, 0.09)
            self.line([(x, y), (x + rng.uniform(0.03, 0.12), y)], 0.004, WHITE, alpha=0.5)
        if rng.random() < 0.5:
            size, foot = rng.uniform(0.04, 0.07), (rng.uniform(0.1, 0.9) * width, horizon)
            self.fill(points("0,.1 0,2 1,.1") * size + foot, WHITE, alpha=0.9)
            self.fill(points("-.8,.1 -.1,1.7 -.1,.1") * size + foot, WHITE, alpha=0.75)

    def meadow(self, rng, width, top):
        """Grass with tufts that grow towards the viewer."""
        green = pick(rng, MEADOWS)
        self.fill(box(0, 0, width, top), [lighter(green, 0.25), green, darker(green, 0.08)])
        for _ in range(60):
            near = rng.random() ** 0.7
            foot, size = (rng.uniform(0, width), top * (1 - near)), 0.008 + 0.022 * near
            shade = pick(rng, (lighter(green, 0.25), darker(green, 0.18)))
            self.fill(
                points("-.3,0 -.6,.8 -.1,.2 0,1 .1,.2 .7,.9 .3,0") * size + foot, shade, alpha=0.8
            )

    def pavement(self, rng, width, top):
        """A road or an apron, with or without a painted line."""
        grey, paint = pick(rng, PAVEMENTS), pick(rng, palette("fafaf8 fafaf8 f4ce5a"))
        self.fill(box(0, 0, width, top), [lighter(grey, 0.3), grey, darker(grey, 0.08)])
        y, dash = top * rng.uniform(0.15, 0.75), rng.uniform(0.15, 0.3)
        line = pick(rng, ("none", "solid", "dashed"))
        if line == "solid":
            self.fill(box(0, y, width, y + 0.012), paint, alpha=0.75)
        elif line == "dashed":
            for x in np.arange(-dash * rng.random(), width, dash):
                self.fill(
                    points("0,0 .55,0 .62,.07 .07,.07") * (dash, 0.25) + (x, y), paint, alpha=0.75
                )
        for _ in range(40):
            x, y = rng.uniform(0, width), rng.uniform(0, top)
            self.fill(
                box(x, y, x + 0.012, y + 0.004), pick(rng, (darker(grey, 0.3), WHITE)), alpha=0.25
            )

    def sand(self, rng, width, top):
        yellow = pick(rng, SANDS)
        self.fill(box(0, 0, width, top), [lighter(yellow, 0.3), yellow, darker(yellow, 0.08)])
        for _ in range(16):
            foot, long = (rng.uniform(0, width), rng.uniform(0, top * 0.9)), rng.uniform(0.05, 0.2)
            ripple = points("0,0 .5,1 1,0") * (long, 0.012) + foot
            self.line(ripple, 0.006, darker(yellow, 0.12), roundness=0.5, alpha=0.6)

    def outdoors(self, rng, width, horizon):
        haze = self.sky(rng, width, horizon)
        kinds = (self.hills, self.hills, self.mountains, self.skyline, self.trees, self.sea, None)
        backdrop = pick(rng, kinds)
        if backdrop is not None:
            backdrop(rng, width, horizon, haze)
        if backdrop == self.sea:
            self.sand(rng, width, horizon - 0.08)
        else:
            pick(rng, (self.meadow, self.pavement))(rng, width, horizon)

    def night(self, rng, width, horizon):
        """The outdoors under a blue veil, and stars."""
        self.outdoors(rng, width, horizon)
        self.fill(
            box(0, 0, width, 1), palette("0e143a 1a2050 2a3264"), alpha=rng.uniform(0.55, 0.7)
        )
        for _ in range(30):
            x, y, size = rng.uniform(0, width), rng.uniform(0.72, 1), rng.uniform(0.002, 0.005)
            self.fill(disc(x, y, size), WHITE, alpha=rng.uniform(0.4, 0.9))

    def brick_wall(self, rng, width, horizon):
        brick, high = pick(rng, BRICKS), rng.uniform(0.05, 0.065)
        self.fill(box(0, horizon, width, 1), lighter(brick, 0.35))
        for row, y in enumerate(np.arange(horizon, 1, high)):
            for x in np.arange(-high * 1.3 * (row % 2) - high, width, high * 2.6):
                colour = mix(brick, pick(rng, (WHITE, BLACK)), rng.uniform(0, 0.12))
                self.fill(box(x, y, x + high * 2.45, y + high * 0.86), colour)
        self.pavement(rng, width, horizon)

    def plaster_wall(self, rng, width, horizon):
        """A painted wall with a darker base, or the ribbed wall of a hangar."""
        plaster = pick(rng, PLASTERS)
        self.fill(
            box(0, horizon, width, 1), [lighter(plaster, 0.3), plaster, darker(plaster, 0.05)]
        )
        if rng.random() < 0.5:
            step = rng.uniform(0.04, 0.07)
            for x in np.arange(0, width, step):
                self.fill(box(x, horizon, x + step * 0.35, 1), darker(plaster, 0.25), alpha=0.25)
                self.fill(box(x + step * 0.35, horizon, x + step * 0.5, 1), WHITE, alpha=0.35)
        else:
            self.fill(
                box(0, horizon, width, horizon + rng.uniform(0.05, 0.12)), darker(plaster, 0.2)
            )
        pick(rng, (self.pavement, self.meadow))(rng, width, horizon)

    def draw(self, rng, width):
        """Draw any background. Returns the height of the ground under the machine."""
        ground = rng.uniform(0.14, 0.20)
        kinds = (
            self.studio,
            self.dark_studio,
            self.outdoors,
            self.night,
            self.brick_wall,
            self.plaster_wall,
        )
        shares = (0.31, 0.06, 0.36, 0.07, 0.10, 0.10)  # the same for both classes
        kind = kinds[rng.choice(len(kinds), p=shares)]
        kind(rng, width, ground + rng.uniform(0.07, 0.28))
        return ground


def develop(rng, image):
    """Add what a camera adds: an exposure, corners a little darker, and grain."""
    width, height = image.size
    x = np.linspace(-1, 1, width, dtype=np.float32)
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    light = 1 - np.float32(rng.uniform(*VIGNETTE)) * (x**2 + y**2)  # (height, width)
    grain = rng.standard_normal(light.shape, dtype=np.float32)
    grain = grain * np.float32(rng.uniform(*GRAIN))

    bands = []
    for band in image.split():  # red, green, blue
        pixels = np.asarray(band, dtype=np.float32)
        pixels = 255 * (pixels * light / 255) ** np.float32(EXPOSURE) + grain
        bands.append(Image.fromarray(pixels.clip(0, 255).astype(np.uint8)))
    return Image.merge("RGB", bands)
