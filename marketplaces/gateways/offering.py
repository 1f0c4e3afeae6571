"""What a gateway does when it is asked for what its marketplace has not."""

from marketplaces.gateways.base import NotOffered


class Offering:
    """Refuses every optional operation; a gateway overrides what its ``capabilities`` name."""

    name = ""

    def pull_orders(self, cursor):
        raise self._not_offered("pull_orders")

    def get_order(self, reference):
        raise self._not_offered("get_order")

    def tracking(self, reference):
        raise self._not_offered("tracking")

    def receive_messages(self, cursor):
        raise self._not_offered("receive_messages")

    def send_message(self, message):
        raise self._not_offered("send_message")

    def issue_refund(self, refund):
        raise self._not_offered("issue_refund")

    def look_up_refund(self, refund, reference=""):
        raise self._not_offered("look_up_refund")

    def pull_claims(self, cursor):
        raise self._not_offered("pull_claims")

    def performance(self):
        raise self._not_offered("performance")

    def _not_offered(self, operation: str) -> NotOffered:
        return NotOffered(operation, f"{self.name} has no such operation")
