from escalations.models.calendar import BusinessCalendar, CalendarVersion
from escalations.models.clock import (
    STILL_OPEN,
    ClockState,
    Metric,
    SLAClock,
    SLAEvent,
    StepKind,
)
from escalations.models.policy import SLAPolicy, SLAPolicyVersion

__all__ = [
    "STILL_OPEN",
    "BusinessCalendar",
    "CalendarVersion",
    "ClockState",
    "Metric",
    "SLAClock",
    "SLAEvent",
    "SLAPolicy",
    "SLAPolicyVersion",
    "StepKind",
]
