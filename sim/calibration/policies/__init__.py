"""The lever curves: how strong the levers of a policy must be for the effect of the evidence, by paired runs at pilot coverage."""
