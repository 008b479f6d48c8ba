"""From Documents to a trained checkpoint: examples, their mixing, and the training itself."""
