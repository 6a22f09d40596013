"""Calibration: what was observed, the same measured in the model, how far apart they are, and the parameters that bring them together."""
