"""litweave's own writers. A module's `WRITERS` are found by themselves; each has its line in pyproject.toml as well."""
