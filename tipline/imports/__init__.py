"""Taking an old system's cases over from a CSV file: read, checked line by line, sealed and filed."""
