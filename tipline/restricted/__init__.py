"""What was marked as possible child-abuse material: who may open it, and to whom it was handed over."""
