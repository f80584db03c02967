"""Which release this is: what a new one tries again, and what `health` and `qics --version` say."""

RELEASE = "0.1.0"
