"""The program of every stack: reads the catalogue, builds one stack of it, exports its addresses."""

from __future__ import annotations

import os
from pathlib import Path

import pulumi

from catalog.loader import load_catalog
from components.assembly import assemble
from components.process.machine import Machine

root = Path.cwd().resolve()
# An earlier release is put back by building from its files with the code of this checkout.
data_root = Path(os.environ.get("GATEHOUSE_DATA_ROOT") or root).resolve()
try:
    exports = assemble(load_catalog(data_root), pulumi.get_stack(), Machine.of(root))
except ValueError as problem:
    raise pulumi.RunError(str(problem)) from None
for name, value in exports.items():
    pulumi.export(name, value)
