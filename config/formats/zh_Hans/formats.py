"""How figures are written in Chinese: 12,000.00, as in accounts."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
