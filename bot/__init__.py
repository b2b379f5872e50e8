"""The product's face and its start button: commands in, alerts out, the command line."""
