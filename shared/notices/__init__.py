"""What the customer is told by mail: before the trial ends, at the end, around the deletion, when consent is needed."""
