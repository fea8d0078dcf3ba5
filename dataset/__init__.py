"""Where the pictures live, and the two scripts that fetch or draw them. What the scripts share stands here too."""
