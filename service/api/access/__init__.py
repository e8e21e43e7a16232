"""Who may call the service: keys, what each may do, how often and for how much. Importing it loads nothing."""
