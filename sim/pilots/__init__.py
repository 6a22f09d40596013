"""Pilots: small programmes as they were, simulated a few hundred times, to see what their reports can and cannot tell.

A pilot reports what happened to its participants. Here the same number of people takes part in the same months, many times over, each
time with other people and other luck, and beside them stand the same people without the programme. So the reported figure can be laid
beside the gross figure of a pilot in which the net effect is known.

`design` what a pilot is, from YAML. `follow` who took part, and what became of them. `measure` one seed: a run, its forks, what is
measured. `run` all seeds, on all cores, kept. `power` how many participants it takes. `findings` what the repetitions say. `tell` as text.
"""
