"""What a person sees: the marked-up page and the terminal summary."""
