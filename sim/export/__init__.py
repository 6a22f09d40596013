"""Results and schemas for other programs: Excel, CSV, JSON Schema for editors."""
