"""A contract request at the desk: its form, papers, signing, handing over."""
