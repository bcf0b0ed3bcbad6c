"""Search without gradients."""
