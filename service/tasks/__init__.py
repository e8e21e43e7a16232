"""Work around the core that takes time: files into the library, online sources into it, evaluations.

Each can be stopped between its steps and gone on with; how far it is, whoever called it hears.
"""
