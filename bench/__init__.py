"""Speed beside bare baselines of the same outside work, on the same server, in the same run."""
