"""What the exact tier says of each thing that it compares."""

from __future__ import annotations

from sim.baseline.trace import TABLES

UNITS = {"rate_pct": "%", "fte": "fte", "fte_care": "fte", "vacancies_open": "vacancies", "vacancies_open_care": "vacancies",
         "retirement_age": "years"}  # fmt: skip
"""Units of headline figures by how their names end; the others count persons."""
FIGURES = {
    "employed": "people in work",
    "unemployed": "unemployed people",
    "unemployment_rate_pct": "unemployment rate in %",
    "vacancies_open": "open vacancies",
    "vacancies_open_care": "open vacancies in care",
    "shortage_fte": "shortage in fte",
    "shortage_fte_care": "shortage in care in fte",
    "mean_retirement_age": "mean age at retirement",
}
"""Headline figures in words; others are shown by name."""
Value = str | float | None


def unit_of(key: tuple[str, str, str]) -> str:
    """Unit of a headline figure; empty for a digest."""
    _, table, name = key
    return next((unit for ending, unit in UNITS.items() if name.endswith(ending)), "persons") if table == "figures" else ""


def sentence_of(key: tuple[str, str, str], stored: Value, now: Value, *, is_stored: bool, is_now: bool) -> str:
    """What became of it, for people."""
    run, table, _ = key
    what = meaning(key)
    if run == "settings":
        return (
            "The settings of the exact tier are those that it was stored with."
            if stored == now
            else ("The settings of the exact tier were changed since it was stored.")
        )
    if not is_stored:
        return f"New, not stored yet: {what}."
    if not is_now:
        return f"Stored, and gone now: {what}."
    if table == "figures":
        return f"{_capital(what)}: {figure(now)}, {'as stored' if stored == now else f'stored {figure(stored)}'}."
    return f"{_capital(what)}: {'the same' if stored == now else 'not the same'}."


def meaning(key: tuple[str, str, str]) -> str:
    """What is compared."""
    run, table, name = key
    if table == "world":
        return f"the synthetic population of run '{run}'"
    if table == "trace":
        return f"every month and line of the first year of run '{run}' with 2,000 people"
    if table == "figures":
        return f"{FIGURES.get(name, name.replace('_', ' '))} in the last month of run '{run}'"
    if not name:
        return f"all of {table} at the end of run '{run}'" if table in TABLES else f"all of {table}.parquet of run '{run}'"
    if table in TABLES:
        return f"column {name} of {table} at the end of run '{run}' ({document(table, name)})"
    return f"column {name} of {table}.parquet of run '{run}' ({document(table, name)})"


def document(table: str, name: str) -> str:
    """What a column means; its name when this version does not know it."""
    if table in TABLES:
        from sim.state.employers import Employers
        from sim.state.institutes import Institutes
        from sim.state.people import People
        from sim.state.vacancies import Vacancies

        declared = dict(zip(TABLES, (People, Employers, Institutes, Vacancies), strict=True))[table].columns
        return declared[name].doc if name in declared else name
    from sim.analysis.columns import tables

    known = tables()[table].columns if table in tables() else ()
    return next((column.meaning["en"].rstrip(".") for column in known if column.name == name), name)


def figure(value: Value) -> str:
    """A number as people write it."""
    if value is None:
        return "not defined"
    return f"{value:,.6g}" if isinstance(value, float) and abs(value) < 1e6 else f"{value:,.0f}" if isinstance(value, float) else value


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
