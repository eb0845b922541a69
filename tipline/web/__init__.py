"""What intake and console share: headers, the server, the log that says nothing of a request."""
