from accounts.models.hours import Leave, WorkingHours
from accounts.models.team import Skill, SkillLevel, Team, TeamMembership, Tier
from accounts.models.token import ApiToken
from accounts.models.user import Role, User

__all__ = [
    "ApiToken",
    "Leave",
    "Role",
    "Skill",
    "SkillLevel",
    "Team",
    "TeamMembership",
    "Tier",
    "User",
    "WorkingHours",
]
