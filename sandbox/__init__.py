"""A marketplace to run against: Amazon, Shopify, eBay and Walmart in one process, with a memory.

Only tests and the demo start it. It knows nothing of the product, and the product knows nothing of
it: a store that is connected to it merely has other addresses. ``docs/sandbox.md`` says how it is
steered, ``docs/decisions/044-sandbox-marketplace.md`` why it is built this way.
"""
