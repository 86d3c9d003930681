"""Intake: file → cells → form → rows → checked tables. Nothing here knows what an indicator is."""
