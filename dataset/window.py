"""A window in which pictures are shown, one after the other, by OpenCV.

OpenCV is imported in the functions, and not here: predict_demo.py says in one line if it cannot be.
"""

import os
import subprocess
import sys

PATIENCE = 10  # seconds: a display that does not answer so long is none


def window_works():
    """Whether a window can be shown. A trial in another process tells, because without a display OpenCV aborts."""
    if sys.platform == "linux":
        os.environ["QT_QPA_PLATFORM"] = "xcb"  # the only way that this OpenCV has
        os.environ["QT_LOGGING_RULES"] = "*=false"  # quietly
    trial = "import cv2; cv2.namedWindow('trial'); cv2.destroyAllWindows()"
    try:
        done = subprocess.run([sys.executable, "-c", trial], capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:  # a display that never answers
        return False
    return done.returncode == 0


def wait_for_key(window):
    """Wait for a key in a window of OpenCV. Returns False for Esc, q, or a window that was closed: the end."""
    import cv2

    key = -1
    try:
        while (
            key == -1 or 225 <= key <= 236
        ):  # Shift, Ctrl, Alt and their like are no keys of their own
            key = cv2.waitKey(100)  # waitKey(0) would notice neither Ctrl-C nor a closed window
            if cv2.getWindowProperty(window, cv2.WND_PROP_VISIBLE) < 1:
                return False
    except cv2.error:  # the window is gone
        return False
    return key not in (27, ord("q"))  # 27 is Esc


def show_pictures(pictures):
    """One window, in which one picture follows the other. pictures: (height, width, 3) uint8, blue first."""
    import cv2

    window = "what the neuron says"
    flags = cv2.WINDOW_AUTOSIZE
    if sys.platform == "linux":
        flags = cv2.WINDOW_AUTOSIZE | cv2.WINDOW_GUI_NORMAL  # both: and no tool bar
    cv2.namedWindow(window, flags)

    for k, canvas in enumerate(pictures):
        cv2.imshow(window, canvas)
        cv2.setWindowTitle(window, f"{k + 1} of {len(pictures)} - any key: next, Esc: end")
        if not wait_for_key(window):
            break
    cv2.destroyAllWindows()
