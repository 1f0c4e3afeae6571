"""The people bulk tickets are about: agents in teams, customers with an identity each."""

import random
from datetime import datetime

from accounts.models import Role, Team, TeamMembership, Tier, User
from helpdesk.load.rows import Agent, Requester
from helpdesk.load.vocabulary import PRODUCTS, name
from helpdesk.models import Category, Customer, CustomerIdentity, IdentityKind, ProductLine, Tag

AGENTS, CUSTOMERS, TAGS = 50, 20_000, 40
_TEAMS_PER_TIER = 2
_TIERS = {1: "Frontline", 2: "Resolution", 3: "Executive and legal"}
_RELAYS = {
    IdentityKind.AMAZON: "marketplace.amazon.com",
    IdentityKind.WALMART: "relay.walmart.com",
    IdentityKind.EBAY: "members.ebay.com",
}
_KINDS = (
    (IdentityKind.EMAIL, 60),
    (IdentityKind.AMAZON, 20),
    (IdentityKind.WALMART, 10),
    (IdentityKind.EBAY, 6),
    (IdentityKind.SHOPIFY, 4),
)
_BATCH = 2000


def hire_agents(tickets: int) -> list[Agent]:
    """Return the load's agents in their teams, fewer for few tickets; the same in every run."""
    teams = _teams()
    agents = []
    for number in range(max(1, min(AGENTS, tickets // 20))):
        team = teams[number % len(teams)]
        user = _person(f"agent{number + 1:02}", Role.AGENT, f"Agent {number + 1:02}")
        TeamMembership.objects.get_or_create(team=team, user=user)
        agents.append(Agent(user.pk, user.full_name, team.pk))
    _person("manager", Role.MANAGER, "Manager")
    return agents


def meet_customers(tickets: int, *, chance: random.Random, at: datetime) -> list[Requester]:
    """Create one customer for five tickets, 20,000 at most, with one identity each."""
    many = max(1, min(CUSTOMERS, tickets // 5))
    names = [f"{name(chance)} {name(chance)}" for _ in range(many)]
    kinds = chance.choices(*zip(*_KINDS, strict=True), k=many)
    customers = Customer.objects.bulk_create(
        [Customer(name=full_name, created_at=at) for full_name in names], batch_size=_BATCH
    )
    identities = CustomerIdentity.objects.bulk_create(
        [
            CustomerIdentity(
                customer=customer, kind=kind, value=_value(customer, kind), linked_at=at,
                evidence="first contact",
            )
            for customer, kind in zip(customers, kinds, strict=True)
        ],
        batch_size=_BATCH,
    )  # fmt: skip
    return [
        Requester(identity.customer_id, identity.customer.name, identity.pk, identity.kind,
                  identity.value)
        for identity in identities
    ]  # fmt: skip


def sort_lists(chance: random.Random) -> tuple[list[int], list[int], list[tuple[int, str]]]:
    """Return categories, product lines and tags to sort by, made where they are missing."""
    reasons = ("Arrived broken", "Not received", "Stopped working", "Wrong item", "Refund", "Other")
    categories = [_listed(Category, reason) for reason in reasons]
    lines = [_listed(ProductLine, product.capitalize()) for product in PRODUCTS]
    tags = [Tag.objects.get_or_create(name=f"{name(chance)}".lower())[0] for _ in range(TAGS)]
    return categories, lines, sorted({(tag.pk, tag.name) for tag in tags})


def _teams() -> list[Team]:
    teams = []
    for level, tier_name in _TIERS.items():
        tier, _ = Tier.objects.get_or_create(
            level=level, defaults={"name": tier_name, "is_customer_facing": level == 1}
        )
        teams += [
            Team.objects.get_or_create(name=f"Load desk {level}.{n + 1}", defaults={"tier": tier})[
                0
            ]
            for n in range(_TEAMS_PER_TIER)
        ]
    return teams


def _person(account: str, role: str, full_name: str) -> User:
    """Return somebody nobody can sign in as: the load is for measuring."""
    user, _ = User.objects.get_or_create(
        email=f"{account}@load.example",
        defaults={"full_name": full_name, "role": role, "password": "!load"},
    )
    return user


def _value(customer: Customer, kind: str) -> str:
    if kind == IdentityKind.SHOPIFY:
        return f"load-{customer.pk}"
    first, _, last = customer.name.lower().partition(" ")
    return f"{first}.{last}.{customer.pk}@{_RELAYS.get(kind, 'mail.example')}"


def _listed(model, label: str) -> int:
    slug = f"load-{label.lower().replace(' ', '-')}"
    entry, _ = model.objects.get_or_create(slug=slug, defaults={"name": f"{label} (load)"})
    return entry.pk
