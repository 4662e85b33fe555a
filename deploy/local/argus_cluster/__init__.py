"""The parts of deploy/local/cluster."""
