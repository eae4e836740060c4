"""The program of every stack: reads the catalogue, builds one stack of it, exports its addresses."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pulumi

from catalog.loader import load_catalog
from components.assembly import assemble
from components.process.machine import Machine, handed_on

root = Path.cwd().resolve()
# An earlier release is put back by building from its files with the code of this checkout.
data_root = Path(os.environ.get("GATEHOUSE_DATA_ROOT") or root).resolve()
machine = Machine(root, sys.executable, handed_on(os.environ))
try:
    built = assemble(load_catalog(data_root), pulumi.get_stack(), machine)
except ValueError as problem:
    raise pulumi.RunError(str(problem)) from None
for name, value in built.items():
    pulumi.export(name, value)
