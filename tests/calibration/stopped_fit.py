"""A fit in a process of its own, for tests that stop it: ``stopped_fit.py FOLDER LOG``."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import toy

from sim.calibration.fit import Interrupted, calibrate
from sim.calibration.progress import Line
from sim.calibration.study import need_libraries

if __name__ == "__main__":
    need_libraries()
    try:
        calibrate(toy.problem(partial(toy.small, sys.argv[2], 0.03)), toy.PLAN, Path(sys.argv[1]), Line())
    except Interrupted as error:
        print(error)
