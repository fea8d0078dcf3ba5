"""lessons/play.py and its page: the numbers are Python's, and all of it works in a browser (headless Chromium)."""

import http.server
import io
import json
import os
import re
import shutil
import threading
import zipfile

import h5py
import numpy as np
import pytest
from conftest import photo, run_script, told, wait_for
from PIL import Image

import play
import prepare_data
from common import fit
from prepare_data import image_to_vector
from train import load_arrays, load_model, optimize, predict, save_model

CHROMIUM = shutil.which("chromium")
if CHROMIUM is None:
    pytest.skip("needs a browser: apt-get install chromium", allow_module_level=True)
sync_api = pytest.importorskip("playwright.sync_api", reason="needs: pip install playwright")

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
STRANGE = ["</script><img src=x>", "飞机"]  # class names
AT_ONCE = 50  # milliseconds: a stroke is drawn faster than that
ASKED = []  # what the test server was asked for


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """A function: address of a page -> the page in the browser. In the end no page may have complained."""
    contexts = []
    complaints = []

    def complain(message):
        complaints.append(message.text)

    def crash(problem):
        complaints.append(str(problem))

    def open_it(address):
        context = browser.new_context(viewport={"width": 1600, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.on("console", complain)
        page.on("pageerror", crash)
        page.goto(address)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


def play_main(dataset):
    """What play.py returns; it writes the page of a data set, and opens no browser."""
    return play.main(["--dataset", str(dataset), "--no-browser"])


@pytest.fixture(scope="module")
def drawn_page(drawn):
    """The address of the page of the drawn pictures."""
    return play_main(drawn)["path"].as_uri()


def change_arrays(dataset, folder, change, class_names=None):
    """A data set of 30 pictures with changed arrays, and a neuron that has learned from them.

    change: a function of X and image_size that gives both, changed.
    """
    folder.mkdir()
    for arrays, split in zip(load_arrays(dataset), ("train", "test"), strict=True):
        m = arrays.Y.size
        some = np.arange(0, m, max(1, m // 30))  # of both classes
        X, image_size = change(arrays.X[:, some], arrays.image_size)
        with h5py.File(folder / f"{split}_x.h5", "w") as file:
            file[f"data_{split}"] = X
            file[f"labels_{split}"] = arrays.Y[:, some]
            file[f"files_{split}"] = list(arrays.files[some])
            file.attrs["image_size"] = image_size
            file.attrs["class_names"] = arrays.class_names
            if class_names is not None:
                file.attrs["class_names"] = class_names

    train, test = load_arrays(folder)
    w, b, costs = fit(train.X, train.Y, 100)
    trained = {"w": w, "b": b, "costs": costs, "learning_rate": 0.01, "epochs": 100}
    (folder / "results").mkdir()
    save_model(folder / "results" / "model.h5", trained, train)
    return folder


def as_it_is(X, image_size):
    return X, image_size


def smaller(X, image_size):
    """Every fourth pixel: 16 x 16 pictures."""
    pictures = X.reshape(image_size, image_size, 3, -1)
    return pictures[::4, ::4].reshape(-1, X.shape[1]), image_size // 4


def grey(X, image_size):
    """Every third pixel, 22 x 22, which are no whole tiles of 8 x 8. One number for each pixel."""
    pictures = X.reshape(image_size, image_size, 3, -1)
    pictures = pictures[::3, ::3].mean(axis=2)
    return pictures.reshape(-1, X.shape[1]), len(pictures)


def not_divided(X, image_size):
    X, image_size = smaller(X, image_size)
    return (X * 255).round(), image_size


def exact(page, name):
    """A number of the page with all its digits."""
    return float(page.locator(f"#{name}").get_attribute("data-exact"))


def numbers(page, name):
    """An array of the page's script. It travels as one text, which is fast."""
    return np.array(json.loads(page.evaluate(f"JSON.stringify(Array.from({name}))")))


# Presses each button of a test picture, and collects what the page says of it.
PRESS_ALL = """() => {
    const exact = (name) => Number(document.getElementById(name).dataset.exact);
    const told = [];
    for (const button of document.querySelectorAll(".thumb")) {
        button.click();
        told.push({
            name: document.getElementById("whose").innerText,
            says: document.getElementById("says").innerText,
            enough: document.getElementById("paint").dataset.enough,
            z: exact("z"),
            start: exact("sum-start"),
            for_1: exact("sum-for_1"),
            for_0: exact("sum-for_0"),
        });
    }
    return told;
}"""


def check_pictures(page, dataset, tolerance=1e-4):
    """Of each picture that the page has: z, the parts of z, and the answer."""
    train, test = load_arrays(dataset)
    neuron = load_model(dataset / "results" / "model.h5")
    z = (neuron.w.T @ test.X + neuron.b)[0]
    answers = predict(neuron.w, neuron.b, test.X)[0]
    pictures = page.evaluate(PRESS_ALL)
    assert len(pictures) >= 4
    for told_of in pictures:
        k = list(test.files).index(told_of["name"])
        assert told_of["z"] == pytest.approx(z[k], abs=tolerance)
        assert neuron.class_names[int(answers[k])] in told_of["says"]
        parts = told_of["start"] + told_of["for_1"] + told_of["for_0"]
        assert parts == pytest.approx(told_of["z"], abs=1e-9)
        assert told_of["for_1"] >= 0 >= told_of["for_0"]
        fewest = play.fewest_pixels(test.X[:, k], neuron.w[:, 0], z[k], neuron.image_size)
        assert told_of["enough"] == str(fewest)

    # A press with the mouse does the same.
    page.locator(".thumb").last.click()
    assert exact(page, "z") == pictures[-1]["z"]


def drag(page, points):
    """Press the mouse on the picture, draw along some points from (0, 0) to (1, 1), and let it go."""
    page.locator("#picture").scroll_into_view_if_needed()
    box = page.locator("#picture").bounding_box()
    places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places:
        page.mouse.move(*place, steps=2)
    page.mouse.up()


def play_white(page):
    """z of a picture that was painted white all over."""
    page.locator("input[value=white]").check()
    page.locator("#brush").fill("21")
    rows = []
    for y in np.linspace(0.05, 0.95, 7):
        rows += [(0.02, y), (0.98, y)]
    drag(page, rows)
    assert (numbers(page, "x") == 1).all()
    return exact(page, "z")


def check_stroke(page):
    """A stroke changes z by w * (new x - old x), and undo takes all of it back."""
    w = numbers(page, "neuron.w")
    old_x = numbers(page, "x")
    old_z = exact(page, "z")
    drag(page, [(0.2, 0.6), (0.5, 0.5), (0.6, 0.9)])
    new_x = numbers(page, "x")
    assert np.count_nonzero(new_x != old_x) > 30
    assert exact(page, "z") - old_z == pytest.approx(np.sum(w * (new_x - old_x)), abs=1e-9)
    page.locator("#undo").click()
    assert exact(page, "z") == old_z
    assert np.array_equal(numbers(page, "x"), old_x)


# ------------------------------------------------------------------ the lesson


def test_the_page_has_pythons_numbers_and_the_readme_tells_them(one_world, open_page):
    found = play_main(one_world)
    assert found["path"].stat().st_size < 2_000_000
    page = open_page(found["path"].as_uri())
    check_pictures(page, one_world)
    assert (
        told("play", "black pixels, half of the test pictures", one_world)
        == f"{found['middle']:.0f}"
    )
    assert told("play", "black pixels, the least", one_world) == f"{min(found['pixels'])}"
    assert told("play", "black pixels, the most", one_world) == f"{max(found['pixels'])}"

    # What the try finds.
    white = play_white(page)
    assert told("play", "z of a picture that is all white", one_world) == f"{white:.2f}"
    name = "drawn_0786.jpg"
    if one_world.name == "photographs":
        name = "image_0794.jpg"
    page.locator(f".thumb[data-name$='bike/{name}']").click()
    page.get_by_label("move the picture right").click()
    moved = told("play", f"z of {name}, one pixel to the right", one_world)
    assert moved == f"{exact(page, 'z'):.2f}"


def test_so_few_black_pixels_change_the_answer_and_one_less_does_not():
    x = np.array([1.0, 0.5, 1.0, 0.25])
    w = np.array([1.0, 1.0, -2.0, 8.0])  # says 1, 0.5, -2 and 2
    assert play.fewest_pixels(x, w, 1.5, 2) == 1  # without the 2 it is -0.5
    assert play.fewest_pixels(x, w, 2.5, 2) == 2
    assert play.fewest_pixels(x, w, -1.5, 2) == 1
    assert play.fewest_pixels(x, w, -3.0, 2) == np.inf


@pytest.mark.skipif(os.name != "posix", reason="a browser as a shell script")
def test_the_browser_is_opened_in_silence_and_only_where_there_is_a_screen(
    drawn, tmp_path, monkeypatch, capfd
):
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho NOISE\necho NOISE >&2\necho "$1" > {tmp_path}/opened\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(browser))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    play.main(["--dataset", str(drawn)])
    printed = capfd.readouterr()
    assert "open it in a browser: file://" in printed.out
    assert printed.err == ""

    # Where there is a screen, and as a user starts it.
    assert not (tmp_path / "opened").exists()
    done = run_script("lessons/play.py", "--dataset", drawn, DISPLAY=":99")
    assert (done.returncode, done.stderr) == (0, "")
    wait_for((tmp_path / "opened").exists)
    assert "NOISE" not in done.stdout


# ------------------------------------------------------------------ paint, move, undo


def test_keys_move_the_picture_paint_and_undo(drawn_page, open_page):
    page = open_page(drawn_page)
    old_x = numbers(page, "x").reshape(64, 64, 3)
    page.locator("#picture").press("ArrowDown")
    page.locator("#picture").press("ArrowRight")
    x = numbers(page, "x").reshape(64, 64, 3)
    assert np.array_equal(x[1:, 1:], old_x[:-1, :-1])
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert np.array_equal(numbers(page, "x").reshape(64, 64, 3), old_x)

    # The cursor stands in the middle: two steps up, and paint.
    page.locator("#evidence").press("ArrowUp")
    page.locator("#evidence").press("ArrowUp")
    assert "row 30, column 32" in page.locator("#where").inner_text()
    adds = float(page.locator("#pixel").get_attribute("data-exact"))
    w = numbers(page, "neuron.w").reshape(64, 64, 3)
    assert adds == pytest.approx(np.sum(w[30, 32] * old_x[30, 32]), abs=1e-12)
    page.locator("#evidence").press(" ")
    assert not numbers(page, "x").reshape(64, 64, 3)[30, 32].any()

    page.locator("#back").click()
    page.locator("#mirror").click()
    assert np.array_equal(numbers(page, "x").reshape(64, 64, 3), old_x[:, ::-1])
    page.locator("#back").click()
    page.locator("#negative").click()
    assert numbers(page, "x").reshape(64, 64, 3) == pytest.approx(1 - old_x, abs=1e-7)
    page.locator("#back").click()
    page.locator("#shuffle").click()
    x = numbers(page, "x")
    assert np.array_equal(np.sort(x), np.sort(old_x.ravel()))
    assert not np.array_equal(x, old_x.ravel())


def test_a_stroke_changes_z_by_what_it_covers_and_is_drawn_at_once(drawn, drawn_page, open_page):
    page = open_page(drawn_page)
    check_stroke(page)

    # A stroke of one pixel.
    page.locator("#brush").fill("1")
    assert page.locator("#brush-size").inner_text() == "1 pixel"
    drag(page, [(0.5, 0.5)])
    assert "1 of 4096 pixels changed" in page.locator("#paint").inner_text()

    milliseconds = []
    for _ in range(8):
        milliseconds.append(
            page.evaluate(
                "(() => { const t = performance.now(); keep(); dab(9, 9, paintColour()); show();"
                " return performance.now() - t; })()"
            )
        )
    assert min(milliseconds) < AT_ONCE

    # Beyond the mean picture the parts are others, and z is the same.
    z = exact(page, "z")
    start = exact(page, "sum-start")
    page.get_by_label("beyond the mean").check()
    train, test = load_arrays(drawn)
    neuron = load_model(drawn / "results" / "model.h5")
    mean_says = neuron.b + np.sum(neuron.w * train.X.mean(axis=1, keepdims=True))
    assert exact(page, "sum-start") == pytest.approx(mean_says, abs=1e-4) != start
    assert exact(page, "sum-z") == pytest.approx(z, abs=1e-9)


# ------------------------------------------------------------------ photos


def file_for_page(name, content, kind="image/png"):
    return {"name": name, "mimeType": kind, "buffer": content}


def test_a_photo_has_pythons_z_and_what_is_none_is_a_sentence(
    drawn, drawn_page, open_page, tmp_path
):
    neuron = load_model(drawn / "results" / "model.h5")

    def z_of(path):
        return (neuron.w.T @ image_to_vector(path) + neuron.b).item()

    page = open_page(drawn_page)
    choose = page.get_by_label("a photo of your own")
    picture = photo(3, 333, 217)
    picture.save(tmp_path / "photo.png")
    see_through = picture.convert("RGBA")
    see_through.paste((0, 0, 0, 0), (50, 50, 200, 150))
    see_through.save(tmp_path / "see-through.png")
    exif = Image.Exif()
    exif[0x0112] = 6  # how the phone was held
    photo(4, 403, 302).save(tmp_path / "side.jpg", exif=exif, quality=92)
    for name, tolerance in (("photo.png", 1e-4), ("see-through.png", 1e-4), ("side.jpg", 0.05)):
        choose.set_input_files(tmp_path / name)
        sync_api.expect(page.locator("#whose")).to_have_text(name)
        assert exact(page, "z") == pytest.approx(z_of(tmp_path / name), abs=tolerance)

    # The same by dropping and by pasting.
    content = list((tmp_path / "photo.png").read_bytes())
    for event, data in (("drop", "dataTransfer"), ("paste", "clipboardData")):
        page.locator(".thumb").first.click()
        page.evaluate(
            """([event, data, content]) => {
                const file = new File([new Uint8Array(content)], "photo.png", {type: "image/png"});
                const transfer = new DataTransfer();
                transfer.items.add(file);
                const init = {bubbles: true, cancelable: true, [data]: transfer};
                const kind = event === "drop" ? DragEvent : ClipboardEvent;
                document.body.dispatchEvent(new kind(event, init));
            }""",
            [event, data, content],
        )
        sync_api.expect(page.locator("#whose")).to_have_text("photo.png")
        assert exact(page, "z") == pytest.approx(z_of(tmp_path / "photo.png"), abs=1e-4)

    # No pictures.
    z = exact(page, "z")
    choose.set_input_files(file_for_page("empty.png", b""))
    sync_api.expect(page.locator("#note")).to_contain_text("empty.png is empty.")
    choose.set_input_files(file_for_page("text.png", b"hello"))
    sync_api.expect(page.locator("#note")).to_contain_text("text.png cannot be read as a picture.")
    assert exact(page, "z") == z

    Image.new("L", (8000, 6000), 128).save(tmp_path / "huge.jpg", quality=50)
    choose.set_input_files(tmp_path / "huge.jpg")
    sync_api.expect(page.locator("#note")).to_contain_text("48 million", timeout=20000)
    assert exact(page, "z") == pytest.approx(z_of(tmp_path / "huge.jpg"), abs=0.05)


# ------------------------------------------------------------------ camera, and a neuron of one's own


def coloured_photos(colour, seed):
    """Six PNG files of about one colour."""
    rng = np.random.default_rng(seed)
    files = []
    for k in range(6):
        noise = rng.integers(-40, 40, (50, 70, 3))
        pixels = np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)
        memory = io.BytesIO()
        Image.fromarray(pixels).save(memory, "PNG")
        files.append(file_for_page(f"{seed}-{k}.png", memory.getvalue()))
    return files


def test_a_neuron_is_taught_two_things_and_its_pictures_are_a_data_set(
    drawn_page, open_page, tmp_path
):
    page = open_page(drawn_page)
    page.get_by_label("name of the first thing").fill("red/ness")
    page.get_by_label("name of the second thing").fill("蓝")
    red = coloured_photos((200, 60, 60), 1)
    page.get_by_label("photos of the first thing").set_input_files(red[:1])
    sync_api.expect(page.locator("[data-label='0'] output")).to_have_text("1 picture")
    page.get_by_label("photos of the first thing").set_input_files(red[1:])
    page.get_by_label("photos of the second thing").set_input_files(
        coloured_photos((60, 60, 200), 2)
    )
    sync_api.expect(page.locator("[data-label='1'] output")).to_have_text("6 pictures")
    page.locator("#learn").click()
    sync_api.expect(page.locator("#learning")).to_contain_text(
        "gets 12 of its 12 pictures right", timeout=20000
    )
    sync_api.expect(page.locator("#which")).to_be_visible()

    # The pictures as a data set.
    with page.expect_download() as download:
        page.locator("#save").click()
    mine = tmp_path / "mine"
    with zipfile.ZipFile(download.value.path()) as file:
        assert file.testzip() is None
        file.extractall(mine)
    prepare_data.main(["--dataset", str(mine)])
    train, test = load_arrays(mine)
    assert train.class_names == ["redness", "蓝"]
    assert (train.Y.size, test.Y.size) == (8, 4)

    # What the page has learned from, and the costs of train.py on that.
    X = numbers(page, "collected.flat().map((x) => Array.from(x))").T  # (12288, 12)
    saved = sorted(map(bytes, np.hstack([train.X, test.X]).T.round(6).copy()))
    assert saved == sorted(map(bytes, X.astype(np.float32).T.round(6).copy()))
    Y = np.array([[0.0] * 6 + [1.0] * 6])
    params, grads, costs = optimize(np.zeros((X.shape[0], 1)), 0.0, X, Y, 2000, 0.01)
    assert numbers(page, "taught.costs")[::100] == pytest.approx(costs, abs=1e-6)
    assert numbers(page, "taught.w") == pytest.approx(params["w"][:, 0], abs=1e-8)

    # Now the page answers with the new names, until one asks the first neuron again.
    assert page.locator("#says").inner_text().strip("◀▶ ") in ("red/ness", "蓝")
    page.locator("input[name=which][value=first]").check()
    assert page.locator("#says").inner_text().strip("◀▶ ") in ("airplane", "bike")


def collected(page):
    """How many pictures of A the page has collected."""
    text = page.locator("[data-label='0'] output").inner_text()
    found = re.match(r"\d+", text)
    if found is None:
        return 0  # no pictures
    return int(found[0])


def test_the_camera_is_live_collects_and_stands_still_when_painted(drawn_page, open_page):
    page = open_page(drawn_page)
    page.locator(".camera").first.click()
    sync_api.expect(page.locator("#live")).to_be_visible()
    sync_api.expect(page.locator("#whose")).to_have_text("the camera")
    wait_for(lambda: numbers(page, "x").any())
    button = page.locator(".hold").first
    button.scroll_into_view_if_needed()
    button.hover()
    page.mouse.down()
    wait_for(lambda: collected(page) >= 3)  # a busy computer may look when there are more
    page.mouse.up()
    sync_api.expect(page.locator("[data-label='0'] output")).to_contain_text(" pictures")
    before = collected(page)
    page.wait_for_timeout(500)
    assert collected(page) == before  # the button is let go
    page.keyboard.down("b")
    sync_api.expect(page.locator("[data-label='1'] output")).to_contain_text("pictures")
    page.keyboard.up("b")

    drag(page, [(0.5, 0.5), (0.6, 0.6)])
    sync_api.expect(page.locator("#live")).to_be_hidden()
    check_stroke(page)
    page.locator(".camera").first.click()
    assert page.evaluate("cameraIsOn()") is False


WITHOUT_CAMERA = {
    "NotAllowedError": "The camera was refused",
    "NotFoundError": "No camera was found",
    "NotReadableError": "Another program uses the camera",
    "nowhere": "The browser gives this page no camera",
}


def test_without_a_camera_one_sentence_names_the_cause(drawn_page, open_page):
    page = open_page(drawn_page)
    for cause, sentence in WITHOUT_CAMERA.items():
        page.evaluate(
            """(cause) => {
                const refuse = () => Promise.reject(new DOMException("no", cause));
                const value = cause === "nowhere" ? undefined : {getUserMedia: refuse};
                Object.defineProperty(navigator, "mediaDevices", {value, configurable: true});
            }""",
            cause,
        )
        page.locator(".camera").first.click()
        sync_api.expect(page.locator("#note")).to_contain_text(sentence)
        sync_api.expect(page.locator("#note")).to_contain_text("Photos work without it.")


# ------------------------------------------------------------------ other arrays, other names


@pytest.mark.parametrize(("change", "tolerance"), [(smaller, 1e-4), (grey, 1e-4), (not_divided, 2)])
def test_other_arrays(drawn, open_page, tmp_path, change, tolerance):
    dataset = change_arrays(drawn, tmp_path / "other", change)
    page = open_page(play_main(dataset)["path"].as_uri())
    check_pictures(page, dataset, tolerance)
    check_stroke(page)
    page.locator("#shuffle").click()
    page.get_by_label("a photo of your own").set_input_files(
        drawn / load_arrays(dataset)[1].files[0]
    )
    wait_for(lambda: page.locator("#whose").inner_text().endswith(".jpg"))


class Counting(http.server.SimpleHTTPRequestHandler):
    """A server of files that notes what is asked for."""

    def do_GET(self):
        ASKED.append(self.path)
        super().do_GET()

    def log_message(self, *args):
        pass


@pytest.fixture
def strange_page(drawn, tmp_path, monkeypatch):
    """The path of a page with strange class names and small pictures, and its address on a server that counts."""
    dataset = change_arrays(drawn, tmp_path / "strange", smaller, STRANGE)
    path = play_main(dataset)["path"]
    monkeypatch.chdir(path.parent)
    ASKED.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield path, f"http://127.0.0.1:{server.server_port}/play.html"
    server.shutdown()
    server.server_close()


# The contrast of each text that is seen with what it is written on, and of the border of each control with its card.
CONTRAST = """() => {
    const parse = (text) => text.match(/[\\d.]+/g).map(Number);
    const part = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    const behind = (one) => {
        const colour = parse(getComputedStyle(one).backgroundColor);
        return colour.length === 4 && colour[3] === 0 ? behind(one.parentElement) : colour;
    };
    const contrast = (colour, back) => {
        const [a, b] = [light(parse(colour)), light(back)];
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    };
    const found = [];
    for (const one of document.body.querySelectorAll("*")) {
        if (!one.checkVisibility() || one.matches("script")) continue;
        const style = getComputedStyle(one);
        const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        const field = one.matches("input[type=text]");
        const text = one.textContent.trim() || one.value;
        const colour = one.matches("svg text") ? style.fill : style.color;
        if (own || field) found.push([contrast(colour, behind(one)), text]);
        const control = field || one.matches(".card :is(button, .button, .choice span)");
        if (control) found.push([contrast(style.borderColor, behind(one.parentElement)), "border: " + text]);
        if (own && style.opacity !== "1") found.push([0, "opacity: " + text]);
    }
    return found.sort((a, b) => a[0] - b[0]);
}"""

# Groups of buttons that do not stand side by side, and buttons whose text takes two lines.
BROKEN = """() => {
    const top = (one) => Math.round(one.getBoundingClientRect().top);
    const broken = [...document.querySelectorAll(".group")].filter(
        (group) => new Set([...group.children].map(top)).size > 1);
    for (const button of document.querySelectorAll(".row button, .row .button, .choice span")) {
        const range = document.createRange();
        range.selectNodeContents(button.lastChild ?? button);
        if (range.getClientRects().length > 1) broken.push(button);
    }
    return broken.map((one) => one.innerText);
}"""

CONTROLS = """() => [...document.querySelectorAll("button, input, canvas[tabindex]")].filter(
    (one) => !one.disabled && one.checkVisibility() && (one.type !== "radio" || one.checked))"""


def test_strange_names_no_requests_and_every_control_is_there_for_all(strange_page, open_page):
    path, address = strange_page
    page = open_page(address)
    assert page.title() == "A neuron you can touch"
    assert page.locator("img").count() == 0
    assert page.locator("#says").inner_text().strip("◀▶ ") in STRANGE
    for name in STRANGE:
        assert name in page.locator(".title").inner_text()

    # The data cannot end the script that it stands in.
    source = path.read_text(encoding="utf-8")
    assert source.count("</script>") == 2
    data = source.split('id="data">')[1].split("</script>")[0]
    assert json.loads(data)["class_names"] == STRANGE
    assert "<" not in data

    # It can be read, and is as wide as the screen.
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        contrast = page.evaluate(CONTRAST)
        assert len(contrast) > 80
        assert contrast[0][0] >= 4.5, contrast[:3]
    for width in (1600, 1200, 800, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(BROKEN) == []

    # Every control is reached by Tab.
    page.evaluate(f"window.missing = new Set(({CONTROLS})())")
    page.evaluate("document.addEventListener('focusin', (event) => missing.delete(event.target))")
    count = page.evaluate("missing.size")
    assert count > 25
    for _ in range(count + 1):
        page.keyboard.press("Tab")
    left = page.evaluate("[...missing].map((one) => one.outerHTML)")
    assert left == []

    # And has a name.
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    names = []
    for node in tree["nodes"]:
        for one in node.get("properties", []):
            if one["name"] == "focusable" and node["role"]["value"] != "RootWebArea":
                names.append(node.get("name", {}).get("value", ""))
    assert len(names) > 25
    assert "" not in names

    assert set(ASKED) == {"/play.html"}
