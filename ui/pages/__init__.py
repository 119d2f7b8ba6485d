"""One folder per thing a person does; pages never import each other."""
