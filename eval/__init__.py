"""litweave's evaluation: dataset (cases) -> solver -> scorers. Run as `python -m eval`; not in the wheel.

Scorers read the JSON documents of the contract, so another server or tool is scored by the same code.
"""
