"""Where the processes of one local stack live on this machine."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

# Not tempfile.gettempdir(): every command has to find the same socket, whatever its TMPDIR,
# and a unix socket's path may have 107 characters at most.
SOCKETS = Path("/tmp")  # noqa: S108 the folder below is made private and checked


@dataclass(frozen=True, slots=True)
class Site:
    """One stack of one checkout. Two checkouts, or two stacks of one, never share anything."""

    root: Path
    stack: str

    @property
    def key(self) -> str:
        """Twelve digits that tell this stack of this checkout from every other."""
        return hashlib.sha256(f"{self.root}\0{self.stack}".encode()).hexdigest()[:12]

    @property
    def run_dir(self) -> Path:
        """Configuration, logs and records of the stack's processes."""
        return self.root / ".gatehouse" / "run" / self.stack

    @property
    def programs_dir(self) -> Path:
        """One supervisor file a program."""
        return self.run_dir / "conf.d"

    @property
    def logs_dir(self) -> Path:
        """What the processes said; rotated, and kept when the stack is destroyed."""
        return self.run_dir / "logs"

    @property
    def configuration(self) -> Path:
        """The supervisor's own file."""
        return self.run_dir / "supervisord.conf"

    @property
    def pid_file(self) -> Path:
        """Process id of the supervisor."""
        return self.run_dir / "supervisord.pid"

    @property
    def socket_dir(self) -> Path:
        """Private folder of the supervisor's socket."""
        return SOCKETS / f"gatehouse-{os.getuid()}" / self.key

    @property
    def socket(self) -> Path:
        """Where the supervisor listens."""
        return self.socket_dir / "supervisor.sock"

    def lock_file(self, what: str) -> Path:
        """A file to lock. It stays, since removing a lock file that others wait for breaks the lock."""
        return self.run_dir / "locks" / f"{what}.lock"

    def program_file(self, program: str) -> Path:
        """The supervisor's file of one program."""
        return self.programs_dir / f"{program}.ini"

    def log_file(self, program: str) -> Path:
        """What one program said."""
        return self.logs_dir / f"{program}.log"

    def marker(self, program: str) -> str:
        """What a process of this site carries in its environment, so that a stray one is known again."""
        return f"{self.key}:{program}"

    def prepare(self) -> None:
        """Make the folders. Refuses a socket folder that somebody else could have made."""
        for folder in (self.programs_dir, self.logs_dir):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.socket_dir.parent, self.socket_dir):
            folder.mkdir(mode=0o700, exist_ok=True)
            _require_private(folder)


def _require_private(folder: Path) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{folder} is not a folder that only you can open; remove it and try again")
