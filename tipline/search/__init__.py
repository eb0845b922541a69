"""What a session knows of all its cases at once, and finds in them: sealed on disk, open in memory alone."""
