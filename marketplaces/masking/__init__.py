"""Takes secrets and personal data out of what is written down of a call. Pure.

What is kept is what is known to be harmless: numbers of orders, states, codes, amounts, times. All
else is replaced by a mark with its length, so a marketplace's new field is masked before anybody
has heard of it.
"""
