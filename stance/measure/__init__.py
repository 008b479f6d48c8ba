"""Scores of predictions against gold: spans, classes, one table a task, and the public test sets with their floors."""
