"""One tenant's own database: a Protocol, what its tables look like, and the engines that hold them."""
