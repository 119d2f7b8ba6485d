"""Keys, certificates, passphrase, recovery, and whom we trust."""
