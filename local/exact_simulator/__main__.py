"""`python -m local.exact_simulator --seed 1 --lines 20000 --folder DIR`."""

from local.exact_simulator.cli import main

main()
