"""Every line of the month alone: from the same state the model and its twin reach the same state."""

import pytest
from twin_runs import line_alone


@pytest.mark.parametrize("line", ["calendar"])
def test_the_line_does_what_its_twin_does(line):
    found = line_alone(line, 3)
    assert not found.differences, "\n".join(map(str, found.differences))
