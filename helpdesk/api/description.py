"""How the OpenAPI description of the REST door is made. Plain values for the settings."""

SPECTACULAR_SETTINGS = {
    "TITLE": "Recourse",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "ClockStateEnum": "escalations.models.ClockState",
        "ContractDecisionEnum": "escalations.services.returning.DECISIONS",
        "DraftModeEnum": "helpdesk.models.DraftMode",
        "EscalationStateEnum": "escalations.models.EscalationState",
        "IdentityKindEnum": "helpdesk.models.IdentityKind",
        "LinkKindEnum": "helpdesk.models.LinkKind",
        "MessageKindEnum": "helpdesk.models.MessageKind",
        "NotificationKindEnum": "helpdesk.models.NotificationKind",
        "QuestionKindEnum": "escalations.questions.QuestionKind",
        "OrderStatusEnum": "marketplaces.models.OrderStatus",
        "PresenceEnum": "helpdesk.live.presence.State",
        "RouteModeEnum": "escalations.models.RouteMode",
        "StatusEnum": "helpdesk.models.Status",
        "TimelineKindEnum": "helpdesk.models.TimelineKind",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "helpdesk.api.schema.add_problems",
    ],
}
