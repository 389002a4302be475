"""What mail does that touches several models."""
