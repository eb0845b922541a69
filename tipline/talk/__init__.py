"""The conversation with a tipster, as an officer writes it: templates, drafts, cautions, the holding text."""
