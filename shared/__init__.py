"""The engine: copies a tenant's Exact Online books into the tenant's own database."""
