"""Official documents: drawn with ReportLab, made PDF/A, signed, verified."""
