"""An editor per question type."""
