"""Why did it say bike?

    python lessons/evidence.py                     # the test pictures of step 3
    python lessons/evidence.py my_photo.jpg        # pictures of your own, or folders of them
    python lessons/evidence.py --from-mean         # what sets a picture apart from the average one

One neuron has no secrets. It multiplies each number of a picture by its weight and adds everything up: z is the sum of
w * x, plus b. So the part of each pixel in the answer can be drawn, red where it speaks for class 1, blue where it
speaks for class 0, and all parts and b together are z, but for rounding. Larger networks do not let you look at them
like this.

You will see for each picture what the neuron saw, the evidence, w * x, pixel by pixel, and the sum of it all, which
starts with b.

Mind that a black pixel says nothing: 0 times any weight is 0. A dark wheel can only speak by silencing a bright
background. So --from-mean draws w * (x - mean), what a picture says beyond the mean training picture. The sum then
starts with b and what the mean picture says, and comes to the same z. Evidence shows what moved the neuron, not always
the thing.
"""

import numpy as np

from common import check_neuron, lesson_parser, load_neuron, save_picture, show_picture
from dataset.figures import BLUE, GREY, RED, new_figure, show_weights
from dataset.folders import relative_path
from dataset.pictures import list_images
from dataset.screen import print_at_once
from predict_demo import (
    choose_examples,
    find_answers,
    find_images,
    picture_name,
    picture_to_show,
)
from prepare_data import image_to_vector
from train import load_arrays

COLOURS = (GREY, RED, BLUE, "black")  # of the bars: start, for class 1, for class 0, together


def add_up(neuron, evidence, origin):
    """The parts of z by name, and their sum. evidence, origin: (n, 1)"""
    rows = evidence.reshape(neuron.image_size**2, -1)  # (4096, 3): a pixel in each row
    pixels = rows.sum(axis=1)  # (4096,): its three numbers added up, as they are drawn
    start = neuron.b + np.sum(neuron.w * origin)
    # The larger of each and 0, so only what is above 0; then only what is below 0.
    for_1 = np.sum(np.maximum(pixels, 0))
    for_0 = np.sum(np.minimum(pixels, 0))
    return {
        "start": float(start),
        f"for {neuron.class_names[1]}": float(for_1),
        f"for {neuron.class_names[0]}": float(for_0),
        "together": float(start + for_1 + for_0),
    }


def draw_sum(axes, parts):
    """The sum as bars, each of which starts where the one above it ended. The last one is all of it."""
    # Else matplotlib leaves no room beyond the end of a bar.
    axes.use_sticky_edges = False
    labels = []
    end = 0
    for row, name in enumerate(parts):
        if name == "together":
            end = 0  # it begins at 0 again
        # left: where the bar begins.
        axes.barh(row, parts[name], left=end, color=COLOURS[row])
        end = end + parts[name]
        labels.append(f"{name}\n{parts[name]:+.2f}")

    axes.set_yticks(range(len(parts)), labels)
    axes.invert_yaxis()  # the first one above
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_title("the sum, step by step")


def draw_evidence(path, x, evidence, parts, image_size):
    """The picture, what the neuron saw, the evidence, and the sum of it."""
    figure = new_figure(14, 4.2)
    # How wide each is, and the room between them.
    axes = figure.subplots(1, 4, width_ratios=(1.3, 1, 1.25, 1.3), gridspec_kw={"wspace": 0.1})
    axes[0].imshow(picture_to_show(path))
    axes[0].set_axis_off()
    axes[0].set_title("the picture")
    show_picture(axes[1], x, image_size)
    axes[1].set_title("what the neuron saw")

    image = show_weights(axes[2], evidence, image_size)
    figure.colorbar(image, shrink=0.7)
    axes[2].set_title("what each pixel says")
    draw_sum(axes[3], parts)
    return figure


def main(argv=None):
    # nargs="*": any number of them, a list. action="store_true": True if it is typed, else False.
    parser = lesson_parser(__doc__)
    parser.add_argument("pictures", nargs="*", help="pictures or folders (default: test pictures)")
    parser.add_argument("--from-mean", action="store_true", help="beyond the mean training picture")
    args = parser.parse_args(argv)
    train, test = load_arrays(args.dataset)
    neuron = load_neuron(args)
    check_neuron(neuron, train, args)

    # What the evidence is measured from: a black picture, or the mean picture.
    origin = np.zeros_like(neuron.w)  # (n, 1): a black picture
    file_name = "evidence"
    if args.from_mean:
        origin = train.X.mean(axis=1, keepdims=True)  # (n, 1)
        file_name = "evidence-from-mean"

    # Which pictures, and what the neuron says of them. Those that cannot be read are left out. find_images: the paths,
    # a list. find_answers: for each an Answer, with path, class_name, sure. choose_examples: ten of them.
    if len(args.pictures) > 0:
        answers = find_answers(find_images(args.pictures), neuron)
    else:
        answers = find_answers(list_images(args.dataset / "test"), neuron)
        answers = choose_examples(answers)

    found = {}
    for number, answer in enumerate(answers, start=1):
        x = image_to_vector(answer.path, neuron.image_size)  # (n, 1)
        evidence = neuron.w * (x - origin)  # (n, 1): the part of each number in z
        parts = add_up(neuron, evidence, origin)
        z = (neuron.w.T @ x + neuron.b).item()

        path = relative_path(answer.path)
        says = f"{answer.class_name}, {answer.sure:.1%} sure"
        if answer.verdict() != "":  # "right" or "wrong", and "" where nobody knows
            says = f"{says}, {answer.verdict()}"
        print(f"{path}: {says}")
        for name in parts:
            print(f"  {name:<16} {parts[name]:+.4f}")
        print(f"  the neuron's z   {z:+.4f}")

        figure = draw_evidence(answer.path, x, evidence, parts, neuron.image_size)
        # stem: the name without .jpg; of a very long one the last 40 letters.
        figure.suptitle(f"{answer.path.stem[-40:]}: {says}")
        name = picture_name(number, answer.path)  # such as 03-image_0768.png
        save_picture(figure, args, f"{file_name}-{name}")
        found[path] = parts

    print(
        "a black pixel is 0, and says nothing; compared with the mean picture (--from-mean) it says much"
    )
    print("try: a photo of your own, with and without --from-mean")
    return found


if __name__ == "__main__":
    print_at_once()
    main()
