"""TLS on the loopback: an authority, a CONNECT proxy and a server, so that clients keep every check (design §10)."""
