"""The supervisor's configuration, as text. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from components.process.site import Site

MARKER = "GATEHOUSE_SUPERVISED"
STOP_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Program:
    """What the supervisor runs: arguments without a shell, and variables added to its own few."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


def supervisor_text(site: Site) -> str:
    """The supervisor of one stack: a private socket, small logs, every program in a file of its own."""
    return f"""\
[unix_http_server]
file={_value(site.socket)}
chmod=0700

[supervisord]
pidfile={_value(site.pid_file)}
logfile={_value(site.logs_dir / "supervisord.log")}
logfile_maxbytes=1MB
logfile_backups=1
childlogdir={_value(site.logs_dir)}
identifier=gatehouse-{site.key}
umask=077

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[include]
files=conf.d/*.ini
"""


def program_text(site: Site, program: Program) -> str:
    """One program: kept alive for ever, stopped with all its children."""
    environment = {**program.environment, MARKER: site.marker(program.name)}
    return f"""\
[program:{program.name}]
command={_value(shlex.join(program.command))}
directory={_value(site.root)}
environment={",".join(f'{name}="{_quoted(value)}"' for name, value in sorted(environment.items()))}
autorestart=true
startsecs=1
startretries=10
stopasgroup=true
killasgroup=true
stopwaitsecs={STOP_SECONDS}
redirect_stderr=true
stdout_logfile={_value(site.log_file(program.name))}
stdout_logfile_maxbytes=5MB
stdout_logfile_backups=2
"""


def _value(given: object) -> str:
    """Text that supervisor reads back as it is; what its format cannot express is refused, not bent."""
    text = str(given)
    for sign in ("%", " ;", " #", "\n", "\r"):
        if sign in text:
            raise ValueError(f"supervisor's files cannot hold {sign!r}, which stands in {text!r}; use another path")
    return text


def _quoted(value: str) -> str:
    if '"' in value:
        raise ValueError(f"supervisor's files cannot hold a double quote in a variable: {value!r}")
    return _value(value)
