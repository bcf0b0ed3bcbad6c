"""What families of optimizers are built on."""
