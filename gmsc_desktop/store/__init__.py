"""The local vault: the encrypted SQLite file, the evidence beside it, journal, migrations, backups."""
