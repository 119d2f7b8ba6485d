"""The file encryption age-encryption.org/v1 for X25519, over `cryptography`: streams, seeks, and opens with `age -d`.

The vault's evidence and every encrypted bundle go through here. The format is the published one (C2SP, age.md); only
its framing is written here, every primitive is the library's, whose ChaCha20-Poly1305 is several times faster than
that of the bindings there are, and which can decrypt any part of a file without the rest.
"""
