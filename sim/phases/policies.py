"""Line 4, policies: programmes start and stop, enrol within their places, set levers, book costs.

All levers are put back to their neutral value first, so a month without programmes is a month of the baseline. Rules for everybody come
before anybody is enrolled: the state pension age of the month is that of the law plus the lever, and who may enrol can depend on it.

Reads: what each policy asks of people. Writes: programmes, ever_programmes, programme_since; `sim.policies.levers.Levers`; the pension age
of `Now`.
Draws: ENROLMENT.
"""

from __future__ import annotations

from sim.phases.base import Phase


class Policies(Phase):
    """The programmes of the scenario, in order of name.

    Levers add up, so the order matters only where one asks who is in another: the care reserve enrols before that of defence.
    """

    name = "policies"

    def run(self) -> None:
        """Run every programme for one month."""
        self.model.levers.reset()
        for programme in self.model.programmes:
            programme.set_rules()
        self.model.now.pension_age += int(self.model.levers.pension_age.sum())
        for programme in self.model.programmes:
            programme.run_month()
