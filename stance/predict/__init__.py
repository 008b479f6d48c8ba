"""Scores to layers, layers to opinions: the one path for users, training and evaluation."""
