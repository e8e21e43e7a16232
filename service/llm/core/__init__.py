"""The model protocol: messages, completions, deadlines, routes, prices, and which network a call may reach."""
