"""`make demo`: two companies' books copied end to end on this machine, changed, copied again and compared."""
