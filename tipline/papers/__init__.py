"""What officers write about a case: reports, notes, questions, reasons."""
