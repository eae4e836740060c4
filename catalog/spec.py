"""The base of every file's type: frozen, and a field that nobody knows is refused."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

NAME_PATTERN = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
NAME_RE = re.compile(NAME_PATTERN)

Name = Annotated[str, Field(pattern=NAME_PATTERN, description="Lower-case letters, digits and dashes, as a DNS label.")]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$", description="sha256: and 64 hexadecimal digits.")]


class Spec(BaseModel):
    """What a person chose, as it stands in a file."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, str_max_length=200_000)
