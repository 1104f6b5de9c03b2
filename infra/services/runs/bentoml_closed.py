"""`bentoml serve` whose supervisor takes orders from nobody: `python bentoml_closed.py serve ...`.

BentoML starts its workers through circus, which listens on two loopback ports of its own, for orders and for news. Whoever has an
account on the machine could stop, start or replace the workers there, without a password. Nothing of BentoML's uses them
but `--reload`, which is not for serving; here both are sockets within the process, which nobody else can reach.
"""

from __future__ import annotations

import os
import sys
from typing import Any

# As with `python -m bentoml`: the project's modules are found from where it is served.
sys.path[0] = os.getcwd()

from bentoml._internal.utils import circus as supervisors  # noqa: E402
from bentoml_cli.cli import cli  # noqa: E402

_open = supervisors.Arbiter.__init__


def _closed(self: Any, *args: Any, **kwargs: Any) -> None:
    _open(self, *args, **{**kwargs, "endpoint": "inproc://orders", "pubsub_endpoint": "inproc://news"})


supervisors.Arbiter.__init__ = _closed

if __name__ == "__main__":
    cli(prog_name="bentoml")
