"""What a desk counts: what came, how long it waited, how it ended. Never who was how fast."""
