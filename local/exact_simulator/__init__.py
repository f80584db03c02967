"""A stand-in for Exact Online: a real HTTPS server with its own books, users, limits and quirks.

`books/` holds the companies and knows no HTTP; everything else here is the server in front of them.
"""
