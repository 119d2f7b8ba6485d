"""Instruments: what is installed, checking and installing a workbook, trying one out."""
