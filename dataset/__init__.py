"""Where the pictures live, and what gets them."""
