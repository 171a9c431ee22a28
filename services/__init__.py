"""The three services. They never import one another; they speak by the messages in `shared.contracts`."""
