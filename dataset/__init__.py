"""Where the pictures live, and the two scripts that fetch or draw them. What the scripts share stands here too."""

from dataset import guards  # noqa: F401  # before anything else: it can speak when a package is missing
