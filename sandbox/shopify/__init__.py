"""Shopify's Admin GraphQL API, version 2026-04, as far as orders, refunds and disputes go.

Sources: shopify.dev (objects Order, LineItem, Fulfillment, FulfillmentEvent, Refund,
OrderTransaction, ShopifyPaymentsDispute; mutation refundCreate; usage/rate-limits,
usage/idempotent-requests, usage/implementing-idempotency), read in stored copies.

Not found, and therefore ours: the sentences of ``userErrors`` of refundCreate; the error of a
missing ``@idempotent`` (the changelog says only that there is one); how Shopify reckons the cost
of nested connections (here: an object 1, a mutation 10, a connection 2 and its children times
``2 ln(first + 1)``, which meets the 25 points that community.shopify.dev/t/23101 reports for 250
nodes with an object each); the status of a throttled answer (200 with ``THROTTLED`` in the body,
as reported by users). Shopify has no API for messages of buyers.
"""
