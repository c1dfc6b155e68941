"""What stands behind a touch screen: machines, visits, proofs, speech, slips."""
