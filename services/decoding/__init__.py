"""Files from outside are read in a child process: docs/decisions/0008-hostile-files.md."""
