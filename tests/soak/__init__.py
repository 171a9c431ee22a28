"""A desk under load, by people who act by themselves: `make soak`."""
