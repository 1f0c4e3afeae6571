from accounts.models.hours import Leave, Weekday, WorkingHours
from accounts.models.record import PeopleEntry, PeopleKind
from accounts.models.team import Skill, SkillLevel, Team, TeamMembership, Tier
from accounts.models.token import ApiToken
from accounts.models.user import Role, User

__all__ = [
    "ApiToken",
    "Leave",
    "PeopleEntry",
    "PeopleKind",
    "Role",
    "Skill",
    "SkillLevel",
    "Team",
    "TeamMembership",
    "Tier",
    "User",
    "Weekday",
    "WorkingHours",
]
