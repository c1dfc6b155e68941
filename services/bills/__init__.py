"""What is owed and why, and how a bill is paid by its picture or its link."""
