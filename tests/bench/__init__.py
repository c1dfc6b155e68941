"""Tests of the bench: its figures must be worth believing."""
