"""Serves the pack until the engine goes, and prints the port first, as the engine expects."""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent import futures

_SECONDS_BETWEEN_LOOKS = 1.0


def main() -> None:
    """Bind a free port of this machine only; end when told to, or when the engine that started us is gone."""
    import grpc
    from pulumi.runtime.proto import analyzer_pb2_grpc

    from policies.guardrails.pack.analyzer_service import AnalyzerService

    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=2),
        options=[("grpc.max_receive_message_length", 400 * 1024 * 1024)],
    )
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(AnalyzerService(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    engine = os.getppid()
    # An engine that was killed ends nobody, and this process would wait for ever.
    while not ended.wait(_SECONDS_BETWEEN_LOOKS) and os.getppid() == engine:
        pass
    server.stop(grace=1).wait()


if __name__ == "__main__":
    main()
