"""Grades exercise notebooks: what scripts/grade.py is made of."""
