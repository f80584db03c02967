"""What a customer takes along: every table and view as Parquet and CSV, and what it takes to read them anywhere.

`content` says what there is, `snapshot` reads it at one moment, `files` writes it (the only module that knows Arrow),
`script` makes a database of it again, `manifest` says what was written, `folder` puts it all together.
"""
