"""Documents of trust, made from the code so that they cannot drift: ODD, parameters, provenance, validation, TRACE.

`sim.docs.library` makes them; `text/` holds what no program can know: purpose, reasons, and what is wrong. Model code is read as text
(`sim.docs.source`), not imported, so that nothing is compiled and the same bytes come out everywhere. The committed documents stand in
``generated/``; `sim docs --save` writes them, and a test holds them against the code.
"""
