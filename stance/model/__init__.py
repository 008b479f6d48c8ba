"""The shared encoder, its heads, and the folder that a trained model lives in."""
