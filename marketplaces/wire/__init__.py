"""The only way out to a marketplace: rates, breaker, time-outs, the log, sorted errors.

No transaction may be open around a call: what is written down before it must be there for others.
"""
