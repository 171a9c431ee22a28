"""How Factdesk is run: on one machine by `make run`, and what other ways of running it need."""
