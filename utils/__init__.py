"""The course's shared code: layers, networks, their cost, data, training and figures."""
