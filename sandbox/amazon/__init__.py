"""Amazon's Selling Partner API: token, Orders 2026-01-01, Messaging, Solicitations, Feeds,
Finances, Reports and Notifications.

Sources: the models in amzn/selling-partner-api-models (orders_2026-01-01, finances_2024-06-19,
messaging, feeds_2021-06-30, reports_2021-06-30, solicitations, notifications, and the schema
accountHealthReport-2020-11-18), read in stored copies; their rates and bursts are enforced.

* Nothing guards a refund against a repeat: a feed that is sent twice refunds twice, if so much was
  paid. ``MerchantAdjustmentItemID`` is read and forgotten.
* What buyers write, and what is answered by mail, is in no API; claims are not either.
* ``searchOrders`` shows changes that are two minutes old or older: the model wants that distance of
  the dates that are given; that it holds for the default too is told of Orders v0 only.

Not found, and therefore ours: codes in processing reports; how long feeds and reports take
(``settles_after`` "amazon.feed" and "amazon.report", in seconds of the world); what an undecided
claim counts (here it counts until it is denied); the errors of a message or solicitation that is
not allowed; in what order orders come (here: as they changed). SP-API documents no Retry-After, so
none is sent unless a fault asks for it. Notifications go to queues of AWS, which are not here: what
would have been sent is in the state of the shop.
"""
