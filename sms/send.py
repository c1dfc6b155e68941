"""The worker: sends what waits in the outbox."""
