"""How often somebody may do something: the rules as data, and the one mechanism that counts."""
