"""The door of the commands: GET tells, POST does, DELETE removes."""

from collections.abc import Callable

from sandbox.control import commands, desk_commands
from sandbox.desk import Desk
from sandbox.exchange import Answer, Request, Unreadable, told
from sandbox.snapshot import text
from sandbox.world import Refused

COMMANDS: dict[tuple[str, str], Callable[[Desk, dict], dict]] = {
    ("GET", "shops"): desk_commands.told_shops,
    ("POST", "shops"): commands.open_shop,
    ("GET", "state"): desk_commands.told_state,
    ("GET", "time"): desk_commands.told_time,
    ("POST", "time"): desk_commands.change_time,
    ("GET", "faults"): desk_commands.told_faults,
    ("POST", "faults"): desk_commands.add_faults,
    ("DELETE", "faults"): desk_commands.remove_faults,
    ("GET", "rates"): desk_commands.told_rates,
    ("POST", "rates"): desk_commands.change_rates,
    ("GET", "calls"): desk_commands.told_calls,
    ("POST", "reset"): desk_commands.reset,
    ("POST", "snapshot"): desk_commands.keep,
    ("POST", "orders"): commands.order_something,
    ("POST", "ship"): commands.ship,
    ("POST", "deliver"): commands.deliver,
    ("POST", "cancel"): commands.cancel,
    ("POST", "messages"): commands.write,
    ("GET", "mails"): commands.told_mails,
    ("POST", "claims"): commands.file_claim,
    ("POST", "claims/decide"): commands.decide_claim,
    ("POST", "refunds"): commands.refund_by_marketplace,
    ("POST", "refunds/settle"): commands.settle,
    ("POST", "tokens/revoke"): commands.take_tokens_away,
    ("POST", "scopes"): commands.change_scopes,
    ("POST", "credentials"): commands.change_credentials,
}


def control(desk: Desk, request: Request) -> Answer:
    """Do one command; 404 for an unknown one, 409 with a code for what cannot be."""
    name = request.path.removeprefix("/control").strip("/")
    command = COMMANDS.get((request.method, name))
    if command is None:
        known = sorted(f"{method} /control/{path}" for method, path in COMMANDS)
        return told({"commands": known}, 200 if not name else 404)
    try:
        asked = {key: values[0] for key, values in request.query.items()} | request.json()
        body = text(command(desk, asked)).encode()
        return Answer(200, body, {"Content-Type": "application/json"})
    except Refused as refused:
        return told({"code": refused.code, "words": refused.words}, 409)
    except (Unreadable, TypeError, ValueError, KeyError) as error:
        return told({"code": "unreadable", "words": str(error)}, 400)
