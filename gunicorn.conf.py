"""How the web server runs; all of it can be set from the environment."""

import os

host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
bind = f"{host}:{port}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
preload_app = True  # a refusal to start is said once, and memory is shared
timeout = 30
graceful_timeout = 10
max_requests, max_requests_jitter = 10_000, 1_000
loglevel = os.environ.get("LOG_LEVEL", "warning")


def when_ready(_server: object) -> None:
    print(f"\n  Ready: http://{'localhost' if host == '127.0.0.1' else host}:{port}/   (Ctrl-C stops it)\n", flush=True)  # noqa: T201
