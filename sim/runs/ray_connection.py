"""The way to a Ray cluster and back: its settings, whether an address answers, and the end of a Ray that was started here."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

from sim.config.errors import UserError

REACH_S = 5.0
"""How long an address may take to answer."""
CLIENT_PORT = 10001
SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_get_check_signal_interval_milliseconds": "100",
}
"""Settings of Ray, unless the user has set them: nothing is reported to its makers; ``uv run`` is not repeated on every worker, which would
send along the whole working directory with its runs; no advice about graphics cards; Ctrl-C is noticed after 0.1 s instead of 1 s."""


def reach(address: str) -> None:
    """Raise UserError unless something answers at an address of a cluster; Ray itself would try for minutes."""
    host, _, port = address.removeprefix("ray://").partition(":")
    if address == "auto":
        return
    number = port or (str(CLIENT_PORT) if address.startswith("ray://") else "")
    if not host or not number.isdigit():
        raise UserError(f"compute.address={address} is not an address: auto, host:port, or ray://host:{CLIENT_PORT}")
    try:
        socket.create_connection((host, int(number)), timeout=REACH_S).close()
    except OSError as error:
        raise UserError(f"compute.address={address}: nothing answers at {host} port {number} ({error.strerror or error}). Is the cluster "
                        "up (`ray status` there), and may this machine reach it?") from None  # fmt: skip


def shut_down_at_once(ray: Any) -> None:
    """End a Ray that was started here by killing its processes; `ray.shutdown` would give each a second to end by itself."""
    import psutil  # comes with Ray

    node = ray._private.worker._global_node
    if node is None:
        ray.shutdown()
        return
    started = [psutil.Process(info.process.pid) for infos in node.all_processes.values() for info in infos if info.process.poll() is None]
    family = [*started, *(child for process in started for child in process.children(recursive=True))]
    kill = node.kill_all_processes
    node.kill_all_processes = lambda **settings: kill(check_alive=False, allow_graceful=False)
    ray.shutdown()
    for process in family:
        with suppress(psutil.NoSuchProcess):  # which is what we want
            process.kill()


def in_one_line(error: BaseException, most: int = 400) -> str:
    """The message of an error of Ray, which has many lines, as one."""
    text = " ".join(str(error).split())
    return text if len(text) <= most else f"{text[:most]} ..."
