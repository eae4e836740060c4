"""`python -m gateway --config FILE --host H --port N`."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

# Supervisors wait 10 to 30 s before they kill; what the log still has to write comes after this.
_DRAIN_SECONDS = 9


def main() -> int:
    """Serve until SIGTERM. 0: drained; 2: the file cannot be served; 4: the address cannot be had."""
    parser = argparse.ArgumentParser(prog="python -m gateway", description="Stand in front of the models of a stack.")
    parser.add_argument("--config", type=Path, required=True, help="the file that says what is served (JSON)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, required=True, help="the port to listen on; 0 takes a free one")
    parser.add_argument(
        "--drain-seconds",
        type=int,
        default=_DRAIN_SECONDS,
        help="how long running requests may go on after SIGTERM (default: %(default)s)",
    )
    chosen = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)

    from gateway.config import ConfigError
    from gateway.running import Gateway
    from gateway.served import load_served
    from gateway.server import listen, say, serve

    try:
        served = load_served(chosen.config)
    except ConfigError as error:
        say(str(error))
        return 2
    try:
        listener = listen(chosen.host, chosen.port)
    except (OSError, OverflowError) as error:
        say(f"{chosen.host}:{chosen.port}: cannot listen: {error}. Choose another port, or end what uses it.")
        return 4
    serve(Gateway(chosen.config.absolute(), served), listener, chosen.drain_seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
