"""The operator's command line. Not deployed; talks to the register, the vault and the tenants' databases."""
