"""The parts of deploy/local/images."""
