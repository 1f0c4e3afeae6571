"""eBay: OAuth, Fulfillment API v1 (orders, shipping, refunds, payment disputes), Message API v1.

Sources: developer.ebay.com (Fulfillment: getOrders, getOrder, getShippingFulfillments, issueRefund,
getPaymentDisputeSummaries, RefundStatusEnum; Post-Order: inquiry search, InquirySummaryType,
InquiryStatusEnum; Message: getConversations, getConversation, sendMessage, MessageDetail), and the
models in zVPS/ebay-sell-fulfillment-php-client, read in stored copies.

issueRefund is asynchronous: it answers PENDING, and the order shows REFUNDED later. No key guards
against a repeat. Parcels have no scans here, as at eBay: getShippingFulfillments tells none.

Not found, and therefore ours: numbers of the errors of a refused refund; daily limits of the
Fulfillment API (getRateLimits tells them at run time; none are enforced); digital signatures are
not checked (they are wanted of EU and UK sellers only). A message belongs to a listing and a buyer,
not to an order.
"""
