"""What families of surfaces are built on."""
