"""The part of Shopify's schema that is spoken here: a field that is not here does not exist.

``name`` is a scalar, ``name:Type`` an object, ``name:Type*`` a list, ``name:Type@`` a connection.
"""

_TEXT = """
Query: orders:Order@ order:Order shop:Shop currentAppInstallation:AppInstallation
  disputes:ShopifyPaymentsDispute@ dispute:ShopifyPaymentsDispute
  shopifyPaymentsAccount:ShopifyPaymentsAccount refund:Refund
Mutation: refundCreate:RefundCreatePayload
Shop: id name myshopifyDomain currencyCode email
AppInstallation: id accessScopes:AccessScope*
AccessScope: handle description
ShopifyPaymentsAccount: id disputes:ShopifyPaymentsDispute@
MoneyV2: amount currencyCode
MoneyBag: shopMoney:MoneyV2 presentmentMoney:MoneyV2
Order: id legacyResourceId name number createdAt processedAt updatedAt cancelledAt closedAt
  cancelReason closed confirmed test email phone note tags sourceName currencyCode
  presentmentCurrencyCode displayFinancialStatus displayFulfillmentStatus returnStatus
  paymentGatewayNames fullyPaid taxesIncluded customer:Customer shippingAddress:MailingAddress
  billingAddress:MailingAddress lineItems:LineItem@ shippingLines:ShippingLine@
  shippingLine:ShippingLine subtotalPriceSet:MoneyBag totalPriceSet:MoneyBag totalTaxSet:MoneyBag
  totalShippingPriceSet:MoneyBag totalReceivedSet:MoneyBag totalRefundedSet:MoneyBag
  totalRefundedShippingSet:MoneyBag totalOutstandingSet:MoneyBag netPaymentSet:MoneyBag
  currentTotalPriceSet:MoneyBag transactions:OrderTransaction* refunds:Refund*
  fulfillments:Fulfillment* disputes:OrderDisputeSummary*
Customer: id legacyResourceId displayName firstName lastName email phone locale
  defaultEmailAddress:CustomerEmailAddress defaultPhoneNumber:CustomerPhoneNumber
CustomerEmailAddress: emailAddress
CustomerPhoneNumber: phoneNumber
MailingAddress: name firstName lastName company address1 address2 city province provinceCode zip
  country countryCodeV2 phone
LineItem: id sku title name quantity currentQuantity refundableQuantity unfulfilledQuantity
  variantTitle vendor requiresShipping customAttributes:Attribute* originalUnitPriceSet:MoneyBag
  originalTotalSet:MoneyBag discountedUnitPriceSet:MoneyBag discountedTotalSet:MoneyBag
  taxLines:TaxLine* discountAllocations:DiscountAllocation* variant:ProductVariant
DiscountAllocation: allocatedAmountSet:MoneyBag
ProductVariant: id sku title selectedOptions:SelectedOption*
SelectedOption: name value
Attribute: key value
TaxLine: title rate ratePercentage priceSet:MoneyBag
ShippingLine: id title code originalPriceSet:MoneyBag discountedPriceSet:MoneyBag
  taxLines:TaxLine*
OrderTransaction: id kind status gateway formattedGateway accountNumber createdAt processedAt
  errorCode test amountSet:MoneyBag parentTransaction:OrderTransaction
Refund: id legacyResourceId createdAt updatedAt note totalRefundedSet:MoneyBag order:Order
  refundLineItems:RefundLineItem@ refundShippingLines:RefundShippingLine@
  transactions:OrderTransaction@
RefundLineItem: id quantity restockType restocked lineItem:LineItem priceSet:MoneyBag
  subtotalSet:MoneyBag totalTaxSet:MoneyBag
RefundShippingLine: id shippingLine:ShippingLine subtotalAmountSet:MoneyBag taxAmountSet:MoneyBag
Fulfillment: id legacyResourceId name status displayStatus createdAt updatedAt deliveredAt
  inTransitAt estimatedDeliveryAt totalQuantity trackingInfo:FulfillmentTrackingInfo*
  events:FulfillmentEvent@ fulfillmentLineItems:FulfillmentLineItem@
FulfillmentTrackingInfo: company number url
FulfillmentEvent: id status happenedAt createdAt message city province country zip address1
  estimatedDeliveryAt latitude longitude
FulfillmentLineItem: id quantity lineItem:LineItem
OrderDisputeSummary: id initiatedAs status
ShopifyPaymentsDispute: id legacyResourceId type status initiatedAt evidenceDueBy evidenceSentOn
  finalizedOn amount:MoneyV2 order:Order reasonDetails:ShopifyPaymentsDisputeReasonDetails
ShopifyPaymentsDisputeReasonDetails: reason networkReasonCode
RefundCreatePayload: refund:Refund order:Order userErrors:UserError*
UserError: field message
"""


def _read(text: str) -> dict[str, dict[str, str]]:
    types: dict[str, dict[str, str]] = {}
    for word in text.split():
        if word.endswith(":"):
            of_type = types.setdefault(word[:-1], {})
        else:
            name, _, kind = word.partition(":")
            of_type[name] = kind
    return types


#: type → field → "" for a scalar, or type with ``*`` (list) or ``@`` (connection)
TYPES = _read(_TEXT)
