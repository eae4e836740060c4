"""`python -m gateway.serving MODEL_FOLDER --host H --port N`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main() -> int:
    """Serve a model until SIGTERM. 2: its files are wrong; 4: its bytes or its server are not there."""
    parser = argparse.ArgumentParser(prog="python -m gateway.serving", description="Serve one model.")
    parser.add_argument("model_folder", type=Path, help="the folder in which model.yaml stands")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, required=True, help="the port to listen on")
    chosen = parser.parse_args()

    from catalog.problem import CatalogError
    from gateway.serving.artifacts import ArtifactError
    from gateway.serving.launch import Address, LaunchError, launch

    try:
        launch(chosen.model_folder, Address(chosen.host, chosen.port))
    except CatalogError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (ArtifactError, LaunchError) as error:
        sys.stderr.write(f"{error}\n")
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
