"""What claims go through on a whole desk of real processes. A package, so that its desks end with the last of its tests."""
