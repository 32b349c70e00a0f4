"""How fast the course trains: what is measured, how, and the command."""
