"""What of volunteering a phone may keep for when there is no network: the partner's till, and one's own vouchers."""

from communities import keeping

keeping.PAGES += [r"/till/", r"/vouchers/\d+/"]
# A voucher that is scanned without network is looked at by the till itself.
keeping.INSTEAD.append((r"/till/[0-9A-Z]{10}/", "/till/"))
keeping.ASSETS += ["spot/till.js", "spot/voucher.js"]
