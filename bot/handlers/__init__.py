"""What the bot answers: thin functions that parse, call one function of `monitor`, and return their reply."""
