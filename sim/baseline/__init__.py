"""The calibrated baseline, kept beside the code: results change on purpose, with a reason in the history, or not at all."""
