"""Forms of the pages and the console, one module per noun."""
