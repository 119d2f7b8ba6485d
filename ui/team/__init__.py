"""The team of a visit: a dialog that the assessment page and the page for bundles open."""
