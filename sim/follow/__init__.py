"""One person can be followed: a run is done again, and one row of the people table is watched through every line of every month.

A draw is a function of (seed, month, stream, person), so a run can be repeated bit for bit: the life of somebody in a run is found by
repeating it. `sim.follow.watcher` compares the row before and after each line (`events`), and asks, just before the line runs, the same
question again that the line puts to this person (`lines`): the functions are those that the kernels are made of, so what is told is
what was decided.

>>> from sim.follow.person import follow  # sim explain person 17
"""
