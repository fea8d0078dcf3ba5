"""Where the pictures live, and the two scripts that fetch or draw them."""
