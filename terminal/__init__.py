"""The terminal door: commands of the people who run the machine."""
