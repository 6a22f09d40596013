"""``sim doctor``."""

from __future__ import annotations

from sim.cli.app import app


@app.command()
def doctor() -> None:
    """Versions, machine, cache; compiles the kernels."""
    from sim.runs.doctor import report

    for line in report():
        print(line, flush=True)
    print("Next: sim compare")
