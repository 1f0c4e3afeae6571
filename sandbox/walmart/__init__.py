"""Walmart's Marketplace API for the US: token, orders, refunds, returns, seller performance.

Sources: the OpenAPI documents «Order Management» and «Returns Management» 0.6.3 as stored in
highsidelabs/walmart-api-php; developer.walmart.com (get-all-orders, refund-orders-lines,
seller-response-rate-summary, rate-limiting), read in stored copies.

Amounts of a refund are negative, only shipped lines are refunded, and a charge of the full item
price gives tax and shipping back too, as the document of ``isFullRefund`` says.

Not found, and therefore ours: in what order orders are listed (here: as they were placed); what a
line shows when it was refunded several times (the document has one ``refund``; here a list from
the second on); the number that ``refundId`` is; production rates (none are enforced but the 30
refunds an hour documented for Walmart's own sandbox); codes of refused refunds; the form of
``X-Next-Replenishment-Time`` (here milliseconds since 1970).
"""
