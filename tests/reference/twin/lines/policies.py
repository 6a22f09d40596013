"""Line 4, policies: levers go back to zero, rules for everybody hold, programmes end and enrol, set levers and book costs.

    pension age of the month = that of the law + what policies add

Rules come before anybody is enrolled: who may join can depend on the pension age in force.
"""

from __future__ import annotations

from twin.levers import country_lever
from twin.line import Line


class Policies(Line):
    """Every programme of the scenario, in order of name."""

    name = "policies"

    def run(self) -> None:
        market = self.market
        for values in market.levers.values():
            values[:] = [0] * len(values)
        for programme in market.programmes:
            programme.set_rules()
        market.now.pension_age += country_lever(market, "pension_age")
        for programme in market.programmes:
            programme.run_month()
