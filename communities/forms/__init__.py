"""Forms of the ground's pages and console, one module per noun."""
