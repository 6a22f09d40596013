"""What a fit leaves: ``calibrated.yaml``, for people and for `sim.evidence.parameters`, and the tables of the terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from sim.calibration.study import copy_whole, write_whole

if TYPE_CHECKING:
    from sim.calibration.fit import Fit
    from sim.calibration.space import Dimension

NAME = "calibrated.yaml"
HEAD = """\
# The parameters that data set: result of `sim calibrate`, read by sim/evidence/parameters.py. Do not edit: fit again.
# value, prior, profile: in the unit of the parameter. spread: standard error. mu_star: change of the loss over the whole range (screening).
# identified: yes | no (the targets do not tell) | at bound. profile: [value, loss with the other parameters re-optimised in the linear
# model of the residuals near the fit]; "ends: simulated" when the first and the last loss come from runs of the model.
"""


@dataclass(frozen=True)
class Result:
    """The document, and what only the terminal shows."""

    document: dict[str, Any]
    path: Path
    saved: Path | None = None

    def to_json(self) -> dict[str, Any]:
        """The document of ``--json``."""
        return self.document | {"file": self.path.as_posix(), "saved": self.saved.as_posix() if self.saved else None}


def digits(value: float, count: int = 4) -> float:
    """`value` to `count` digits.

    >>> digits(0.0123456), digits(1234.56)
    (0.01235, 1235.0)
    """
    return float(f"{value:.{count}g}")


def document(fit: Fit, values: dict[str, float], stopped: str) -> dict[str, Any]:
    """The content of ``calibrated.yaml``.

    Parameters
    ----------
    fit : finished but for this. values : by path, as published. stopped : why the search ended.
    """
    prior, profiles, screening = fit.space.values(fit.space.prior), fit.profiles(values), fit.screening()
    means = {name: fit.archive.mean(point, fit.fresh)[fit.measured] for name, point in (("before", prior), ("after", values))}
    losses = {name: fit.moments.by_target(fit.moments.residuals(mean, fit.luck)) for name, mean in means.items()}
    errors = {name: fit.moments.median_errors(mean) for name, mean in means.items()}
    dropped = [key[0] for key, keep in zip(fit.problem.moments.keys, fit.measured, strict=True) if not keep]
    d = fit.space.dimensions
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "window": "2015Q1-2019Q4",
        **fit.problem.notes,
        "fit_digest": fit.place.digest,
        "seeds": {"search": list(fit.plan.seeds), "luck": list(fit.luck_seeds), "fresh": list(fit.fresh)},
        "evaluations": fit.finished(),
        "runs": len(fit.archive),
        "wall_s": round(fit.place.spent()),
        "stopped": stopped,
        "figures": len(fit.moments.keys),
        "not_measured": {target: dropped.count(target) for target in dict.fromkeys(dropped)},
        "loss": {
            "before": digits(fit.loss(prior, fit.fresh)), "after": digits(fit.loss(values, fit.fresh)),
            "error_after": digits(fit.loss_error(values, fit.fresh), 2), "of_prior": digits(fit.prior_loss(values), 2),
        },
        "targets": {
            target: {f"{what}_{name}{unit}": digits(found[name][target], 3)
                     for what, unit, found in (("loss", "", losses), ("error", "_pct", errors)) for name in ("before", "after")}
            for target in fit.moments.targets
        },
        "ends": "simulated" if fit.plan.end_seeds else "linear model",
        "parameters": {
            d[n].path: {
                "value": values[d[n].path],
                "unit": d[n].unit,
                "spread": digits(_width(d[n], fit.space.unit(values)[n], profiles[n].spread), 3),
                "identified": profiles[n].identified,
                "prior": {"central": d[n].central, "low": d[n].low, "high": d[n].high},
                "moved": digits(float(fit.space.unit(values)[n] - fit.space.prior[n]), 3),
                "mu_star": digits(float(screening.mu_star[n]), 3),
                "sigma": digits(float(screening.sigma[n]), 3),
                "moves_nothing": bool(fit.sampler.frozen[n]),
                "profile": [[digits(d[n].from_unit(u)), digits(loss)]
                            for u, loss in zip(profiles[n].places, profiles[n].losses, strict=True)],
            }
            for n in range(len(d))
        },
    }  # fmt: skip


def _width(dimension: Dimension, place: float, spread: float) -> float:
    """A standard error in units of the parameter."""
    return float(dimension.from_unit(place + spread) - dimension.from_unit(place - spread)) / 2


def write(document: dict[str, Any], folder: Path) -> Path:
    """Write the file into the folder of the fit."""
    path = folder / NAME
    text = yaml.dump(document, Dumper=_Flat, sort_keys=False, allow_unicode=True, width=120)
    write_whole(path, HEAD + text)
    return path


def save(path: Path) -> Path:
    """Put the file where the model reads it; the next run uses it. UserError when the package cannot be written."""
    from sim.config.errors import UserError
    from sim.evidence import parameters

    try:
        copy_whole(path, parameters.CALIBRATED)
    except OSError as error:
        raise UserError(f"cannot write {parameters.CALIBRATED}: {error.strerror}. The result is in {path}.") from error
    parameters.load_parameters.cache_clear()
    return parameters.CALIBRATED


class _Flat(yaml.SafeDumper):
    """YAML with numbers, pairs and short mappings on one line, and nothing by reference."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out."""
        return True


def _list(dumper: yaml.SafeDumper, data: list[Any]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True)


def _mapping(dumper: yaml.SafeDumper, data: dict[str, Any]) -> yaml.Node:
    flat = len(data) <= 4 and not any(isinstance(item, dict) for item in data.values())
    return dumper.represent_mapping("tag:yaml.org,2002:map", data, flow_style=flat)


_Flat.add_representer(list, _list)
_Flat.add_representer(dict, _mapping)


def table(document: Mapping[str, Any], most: int = 12) -> str:
    """The result for people: what moved most, what is not identified, how far off each target was and is."""
    from sim.runs.tell import columns, rounded

    parameters: Mapping[str, Any] = document["parameters"]
    loss = document["loss"]
    lines = [
        f"Loss {loss['before']:g} -> {loss['after']:g} (1 = every target off by what may be expected); "
        f"{document['evaluations']} evaluations of {len(document['seeds']['search'])} runs, {document['wall_s'] / 60:.0f} minutes, "
        f"stopped: {document['stopped']}."
    ]
    moved = sorted(parameters, key=lambda path: -abs(parameters[path]["moved"]))[:most]
    rows = [("moved most", "prior", "fitted", "spread", "identified")]
    for path in moved:
        p = parameters[path]
        rows.append((path, f"{p['prior']['central']:g}", f"{p['value']:g}", rounded(p["spread"]), p["identified"]))
    lines += ["", columns(rows, right=(1, 2, 3))]
    for answer, words in (("no", "Not identified (near the prior for want of evidence)"), ("at bound", "At a bound of their range")):
        names = [path for path, p in parameters.items() if p["identified"] == answer]
        lines += ["", f"{words}: {len(names)} of {len(parameters)}" + (f": {', '.join(names)}." if names else ".")]
    rows = [("target", "median error before", "after", "loss before", "after")]
    targets = sorted(document["targets"].items(), key=lambda item: -item[1]["loss_after"])
    for name, t in targets:
        errors = [f"{t[f'error_{when}_pct']:.1f} %" for when in ("before", "after")]
        rows.append((name, *errors, *(f"{t[f'loss_{when}']:.2f}" for when in ("before", "after"))))
    lines += ["", columns(rows, right=(1, 2, 3, 4))]
    if document["not_measured"]:
        figures = ", ".join(f"{target} ({count})" for target, count in document["not_measured"].items())
        lines += ["", f"Published figures of the fit window that the model does not measure, so not fitted: {figures}."]
    return "\n".join(lines)
