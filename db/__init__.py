"""The database remembers: values into rows and back, on SQLite and PostgreSQL. Returns values, never rows."""
