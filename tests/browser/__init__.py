PATIENCE = 15_000  # milliseconds; the machine may be busy
