"""What a person reads: labels, charts, the appendix, the draft report. Nothing here computes an indicator."""
