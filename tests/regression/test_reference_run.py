"""Results change only on purpose."""

from reference_run import reference, stored, table


def test_the_reference_run_gives_the_stored_bytes():
    old, new = stored(), reference()
    assert new["settings"] == old["settings"], "the reference run itself was changed; refresh it (see reference_run.py)"
    assert new["world"] == old["world"], f"the synthetic population has changed; if that is meant, see reference_run.py\n{table(old, new)}"
    assert new == old, f"results have changed; if that is meant, see reference_run.py\n{table(old, new)}"
