"""XLSForm in, compiled instrument out, and the engine that answers what is shown, valid and calculated now."""
