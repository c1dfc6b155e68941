"""Files on their way in: the staging table beside the records, and what differs."""
