"""What is asked of Shopify, in its own language. Fields of version 2026-07."""

MONEY = "{ presentmentMoney { amount currencyCode } }"

LINES = f"""
pageInfo {{ hasNextPage endCursor }}
nodes {{
  id sku title quantity unfulfilledQuantity
  customAttributes {{ key value }}
  variant {{ selectedOptions {{ name value }} }}
  originalTotalSet {MONEY}
  discountAllocations {{ allocatedAmountSet {MONEY} }}
  taxLines {{ priceSet {MONEY} }}
}}
"""

FULFILLMENTS = """
fulfillments(first: 20) {
  id status createdAt deliveredAt displayStatus
  trackingInfo(first: 5) { number company }
  events(first: 30) { nodes { happenedAt status message city province country } }
}
"""

TRANSACTIONS = f"""
transactions(first: 50) {{
  id kind status gateway formattedGateway processedAt
  amountSet {MONEY}
  parentTransaction {{ id }}
}}
"""

REFUNDS = f"""
refunds(first: 50) {{
  id createdAt note
  totalRefundedSet {MONEY}
  transactions(first: 20) {{ nodes {{ status }} }}
}}
"""

#: 25 lines of 10 orders keep a page under the 1,000 points one query may cost.
ORDER = f"""
id name createdAt updatedAt cancelledAt displayFulfillmentStatus returnStatus
email phone presentmentCurrencyCode taxesIncluded
customer {{
  id displayName defaultEmailAddress {{ emailAddress }} defaultPhoneNumber {{ phoneNumber }}
}}
shippingAddress {{ name address1 address2 city provinceCode zip countryCodeV2 phone }}
shippingLines(first: 5) {{
  nodes {{ discountedPriceSet {MONEY} taxLines {{ priceSet {MONEY} }} }}
}}
lineItems(first: 25) {{ {LINES} }}
{FULFILLMENTS} {TRANSACTIONS} {REFUNDS}
"""

ORDERS = f"""
query Orders($first: Int!, $after: String, $query: String) {{
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{ {ORDER} }}
  }}
}}
"""

ONE_ORDER = f"query OneOrder($id: ID!) {{ order(id: $id) {{ {ORDER} }} }}"

MORE_LINES = f"""
query MoreLines($id: ID!, $after: String!) {{
  order(id: $id) {{ lineItems(first: 100, after: $after) {{ {LINES} }} }}
}}
"""

TRACKING = f"query Tracking($id: ID!) {{ order(id: $id) {{ {FULFILLMENTS} }} }}"

MONEY_OF_ORDER = f"query MoneyOfOrder($id: ID!) {{ order(id: $id) {{ {TRANSACTIONS} {REFUNDS} }} }}"

REFUND_CREATE = f"""
mutation RefundCreate($input: RefundInput!, $key: String!) {{
  refundCreate(input: $input) @idempotent(key: $key) {{
    refund {{
      id createdAt note
      totalRefundedSet {MONEY}
      transactions(first: 20) {{ nodes {{ status }} }}
    }}
    userErrors {{ field message }}
  }}
}}
"""

DISPUTES = """
query Disputes($first: Int!, $after: String) {
  shopifyPaymentsAccount {
    disputes(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id type status initiatedAt evidenceDueBy evidenceSentOn finalizedOn
        amount { amount currencyCode }
        reasonDetails { reason }
        order { id }
      }
    }
  }
}
"""

WHO_AM_I = """
query WhoAmI {
  shop { name myshopifyDomain }
  currentAppInstallation { accessScopes { handle } }
}
"""
