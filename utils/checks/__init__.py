"""What judges an answer: runs it under guard, compares it, and puts the difference into words."""
