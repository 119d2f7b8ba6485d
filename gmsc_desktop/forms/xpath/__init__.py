"""ODK XForms XPath: read, checked, resolved, and rewritten for lxml."""
