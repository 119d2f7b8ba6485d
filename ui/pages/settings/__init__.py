"""The person, the vault and the look of the program."""
