"""What of volunteering a phone may keep for when there is no network: the till, vouchers, and being at the place."""

from communities import keeping

keeping.PAGES += [r"/till/", r"/vouchers/\d+/", r"/volunteer/", r"/activities/\d+/((here|people|screen)/)?"]
# A voucher that is scanned without network is looked at by the till itself.
keeping.INSTEAD.append((r"/till/[0-9A-Z]{10}/", "/till/"))
# A code that is scanned at an activity is kept by the page for the place.
keeping.INSTEAD.append((r"/activities/(\d+)/scan/\w+/", "/activities/$1/here/"))
keeping.ASSETS += ["spot/till.js", "spot/voucher.js", "place.css", "vendor/qrcode.js"]
keeping.ASSETS += [f"spot/{name}.js" for name in ("keep", "scans", "activity", "place", "list", "codes")]
