"""What tests/run does, in steps. START HERE: plan.py says which steps there are and what each waits for."""
