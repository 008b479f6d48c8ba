"""Outlets compared: tidy tables, duplicates, estimates with intervals, differences, trends, correction by gold, samples."""
