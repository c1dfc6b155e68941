"""The web server: granian takes the connections, slow senders wait outside, a few work at a time
(`docs/decisions/0004-server.md`)."""
