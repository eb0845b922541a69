"""What crosses the handover port: shapes and paths only, used by intake and by the collector."""
