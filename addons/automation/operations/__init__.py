"""What automation does, in verbs."""
