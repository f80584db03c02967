"""Everything to run the engine on one machine; nothing here is deployed."""
