"""Plumbing that the three services share, and the messages they send each other (`contracts`).

Nothing here knows what a newsroom is, but for `contracts`. A file may live here only if it would make
sense in a hotel-booking system.
"""
