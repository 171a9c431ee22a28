"""How well texts that say the same are found, on any data set in a folder: `make bench-match DATA=folder`."""
