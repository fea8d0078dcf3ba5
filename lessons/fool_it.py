"""How little must change to fool it?

    python lessons/fool_it.py

For one neuron the answer is exact. z is a sum of weights times numbers. If every number of a picture moves by the same
small e, each to the side that its weight does not like, z moves by e * sum(|w|): 12,288 small steps, all in step. So

    e = |z| / sum(|w|)

brings z to 0, where the answer turns. Noise of the same size moves z hardly at all, because its steps go this way and
that, and cancel. Large networks are fooled in the same way, by a step against the gradient (Goodfellow, 2014).

You will see a picture, the change, which is what the weights look like, the fooled picture, and how much of the test
stays right while e grows, beside noise of the same size. Eyes hardly notice a change of 6 of 255 grey levels.
"""

import matplotlib.pyplot as plt
import numpy as np

from common import GREY, lesson_parser, save_picture
from prepare_data import IMAGE_SIZE, command, load_arrays
from train import ORANGE, load_model, results_folder, sigmoid

LEVELS = np.arange(33)  # e, in grey levels of 255


def main(argv=None):
    args = lesson_parser(__doc__).parse_args(argv)
    train, test = load_arrays(args.dataset)
    remedy = command("train.py", dataset=args.dataset, results=args.results)
    w, b, names = load_model(results_folder(args) / "model.h5", remedy, train.class_names)
    z = (w.T @ test.X + b)[0]
    needed = np.abs(z) / np.abs(w).sum()  # the e of each test picture
    half = 255 * np.median(needed)
    print(f"the sum of |w| is {np.abs(w).sum():.1f}; for half of the test e is at most {half:.1f} of 255 grey levels")

    against = np.sign(w) * np.where(test.Y == 1, -1, 1)  # (n, m): away from the right answer
    noise = np.random.default_rng(0).choice([-1, 1], test.X.shape)
    shares = {"against the weights": [], "as much noise": []}
    for level in LEVELS:
        for change, right in zip((against, noise), shares.values(), strict=True):
            X = np.clip(test.X + level / 255 * change, 0, 1)  # it stays a picture
            right.append(np.mean((w.T @ X + b > 0) == test.Y))
    for level in (0, 2, 4, 8, 16, 32):
        one, other = (right[level] for right in shares.values())
        print(f"{level:>2} of 255 levels: {one:6.1%} right; with as much noise {other:6.1%}")

    right = np.flatnonzero((z > 0) == test.Y[0])
    k = right[np.argsort(needed[right])[len(right) // 4]]  # a picture that is neither very easy nor very hard to fool
    e = 1.01 * needed[k]
    x, change = test.X[:, [k]], e * against[:, [k]]
    figure, axes = plt.subplots(1, 4, figsize=(14, 3.8), layout="constrained", width_ratios=(1, 1, 1, 1.4))
    shown = {"": x, f"the change, {0.4 / e:.0f} times as large": 0.5 + 0.4 * np.sign(change), "fooled: ": x + change}
    for panel, (title, pixels) in zip(axes, shown.items(), strict=False):
        panel.imshow(np.clip(pixels, 0, 1).reshape(IMAGE_SIZE, IMAGE_SIZE, 3))
        panel.set_axis_off()
        said = (w.T @ pixels + b).item()
        verdict = f"{names[int(said > 0)]}, {sigmoid(abs(said)):.1%} sure"
        panel.set_title(title if "change" in title else title + verdict)
    for (name, values), colour in zip(shares.items(), (ORANGE, GREY), strict=True):
        axes[3].plot(LEVELS, 100 * np.array(values), "o-", ms=3, color=colour, label=name)
    axes[3].axvline(255 * e, color="black", ls=":", label=f"this picture: {255 * e:.1f}")
    axes[3].set(xlabel="change of each number, of 255 grey levels", ylabel="% of the test right", ylim=(-5, 105))
    axes[3].grid(alpha=0.3)
    axes[3].legend(loc="center right")
    save_picture(figure, args, "fool_it.png")
    again = f"{command('train.py', dataset=args.dataset)} --epochs 200 --results results/short"
    print(f"try: {again}, and this with the same --results: easier to fool?")
    return needed, shares


if __name__ == "__main__":
    main()
