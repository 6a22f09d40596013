"""How fast the model is on this machine: what ``sim bench`` measures, prints, draws and keeps.

Everything is measured in one run and given as a ratio as well, since clocks, neighbours on a shared machine and versions of compilers
change nanoseconds far more than they change ratios. Read `measure`, then in order: `floors` (what the machine allows), `month` (the lines
of the month), `hazard` (one rule in NumPy, Polars, Numba and Mesa objects), `twin` (the same month by plain Mesa agents), `start` and
`throughput` (whole commands), `figures` (what is compared with a target), `history`, `table`, `plot`, `guard`.

Nothing here can change a result of the model, and no kernel of the model is here.
"""
