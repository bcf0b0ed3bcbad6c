"""Rules that average their iterates or gradients."""
