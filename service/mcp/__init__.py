"""The agent's door: the Model Context Protocol over one library. Importing this package does not load the SDK."""
