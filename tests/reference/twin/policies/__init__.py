"""The policies, one file each: who may take part, for how long, which levers they get, what it costs, what counts as a success."""

from __future__ import annotations

from twin.policies.base import Policy
from twin.policies.care_reserve import CareReserve
from twin.policies.career_advice import CareerAdvice
from twin.policies.defence_reserve import DefenceReserve
from twin.policies.dual_track import DualTrack
from twin.policies.hiring_subsidy import HiringSubsidy
from twin.policies.job_bridge import JobBridge
from twin.policies.later_life_work import LaterLifeWork
from twin.policies.more_hours import MoreHours
from twin.policies.pay_rise import PayRise
from twin.policies.pension_age import PensionAge
from twin.policies.phased_retirement import PhasedRetirement
from twin.policies.senior_networks import SeniorNetworks
from twin.policies.training_places import TrainingPlaces

POLICIES: dict[str, type[Policy]] = {
    policy.name: policy
    for policy in (
        CareReserve, CareerAdvice, DefenceReserve, DualTrack, HiringSubsidy, JobBridge, LaterLifeWork, MoreHours, PayRise, PensionAge,
        PhasedRetirement, SeniorNetworks, TrainingPlaces,
    )
}  # fmt: skip
