"""What the effect of a policy hangs on: which uncertain numbers move it, by how much, and what is only luck.

An experiment with the key ``sensitivity`` (`design`) is run at many points of the uncertain numbers (`factors`, `methods`), each with and
without the policy and with the same seeds (`plan`), and analysed by SALib, with the luck that is left beside every index (`luck`).
"""
