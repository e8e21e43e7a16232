"""litweave's own writers: the `WRITERS` of each module, which are found by themselves."""
