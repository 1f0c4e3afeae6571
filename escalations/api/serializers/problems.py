"""Problems over REST: what is known, what was done, and the tickets behind them."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from escalations.api.serializers.investigations import CorrectiveActionSerializer, PersonField
from escalations.models import Problem, ProblemStep, ProblemTicket
from escalations.problem_states import Effect
from escalations.services.problem_checks import FEWEST_DAYS, MOST_DAYS, USUAL_DAYS
from escalations.services.problems import AT_ONCE, MAX_PLACE, MAX_SKU, MAX_SKUS, MAX_TITLE
from escalations.services.texts import LONGEST
from helpdesk.api.fields import IdField, RowBySlugField, RowField, VisibleTicketField
from helpdesk.api.serializers.inputs import ActSerializer, ChangeSerializer
from helpdesk.api.serializers.people import PersonSerializer
from helpdesk.api.serializers.tickets import TicketNameSerializer
from helpdesk.models import Category, SavedView
from helpdesk.whole_numbers import BIGGEST_ID

MAX_LETTER = 20_000


class ProblemCheckSerializer(serializers.Serializer):
    """Rates of two windows of equal length around the fix, as they were written down.

    `ratio` is after divided by before, `low` and `high` its 95 % interval; null: not known.
    """

    at = serializers.DateTimeField()
    effect = serializers.ChoiceField(choices=[effect.value for effect in Effect])
    fixed_on = serializers.DateField()
    days = serializers.IntegerField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    ratio = serializers.CharField(allow_null=True)
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    words = serializers.CharField()


class ProblemSerializer(serializers.ModelSerializer):
    """`tickets` counts those that are linked, seen or not."""

    owner = PersonSerializer(read_only=True)
    category = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    skus = serializers.ListField(child=serializers.CharField(), read_only=True)
    tickets = serializers.IntegerField(source="tickets_count", read_only=True)
    checks = serializers.SerializerMethodField()

    class Meta:
        model = Problem
        fields = [
            "id", "title", "description", "state", "owner", "skus", "carrier", "warehouse",
            "category", "opened_at", "confirmed_at", "fixed_on", "verified_at", "tickets", "checks",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ProblemCheckSerializer(many=True))
    def get_checks(self, problem):
        return problem.verification.get("checks", [])


class ProblemStepSerializer(serializers.ModelSerializer):
    by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = ProblemStep
        fields = ["at", "by", "words"]
        read_only_fields = fields


class ProblemDetailSerializer(ProblemSerializer):
    actions = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()

    class Meta(ProblemSerializer.Meta):
        fields = [*ProblemSerializer.Meta.fields, "actions", "steps"]
        read_only_fields = fields

    @extend_schema_field(CorrectiveActionSerializer(many=True))
    def get_actions(self, problem):
        rows = problem.actions.by_urgency().select_related("owner")
        return CorrectiveActionSerializer(rows, many=True).data

    @extend_schema_field(ProblemStepSerializer(many=True))
    def get_steps(self, problem):
        rows = problem.steps.select_related("by").order_by("pk")
        return ProblemStepSerializer(rows, many=True).data


class LinkedTicketSerializer(serializers.ModelSerializer):
    """`told_at` is when the customer was last written to because of the problem."""

    ticket = TicketNameSerializer(read_only=True)

    class Meta:
        model = ProblemTicket
        fields = ["ticket", "linked_at", "told_at"]
        read_only_fields = fields


class ProblemChangeSerializer(ChangeSerializer):
    """What is not named stays. `skus` are SKUs or ASINs; a ticket matches by any of them."""

    title = serializers.CharField(max_length=MAX_TITLE)
    description = serializers.CharField(max_length=LONGEST, allow_blank=True)
    skus = serializers.ListField(
        child=serializers.CharField(max_length=MAX_SKU), max_length=MAX_SKUS
    )
    carrier = serializers.CharField(max_length=MAX_PLACE, allow_blank=True)
    warehouse = serializers.CharField(
        max_length=MAX_PLACE, allow_blank=True, help_text="For people: orders do not tell it."
    )
    category = RowBySlugField(queryset=Category.objects.all(), allow_null=True)
    owner = PersonField()


class NewProblemSerializer(ProblemChangeSerializer):
    tickets = serializers.ListField(child=IdField(), max_length=AT_ONCE)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True


class VisibleViewField(RowField):
    def __init__(self, **kwargs):
        super().__init__(queryset=SavedView.objects.none(), **kwargs)

    def get_queryset(self):
        return SavedView.objects.visible_to(self.context["request"].user)


class LinkTicketsSerializer(ActSerializer):
    """The tickets by number, or all of a saved view: 200 at most."""

    tickets = serializers.ListField(
        child=IdField(), required=False, min_length=1, max_length=AT_ONCE
    )
    saved_view = VisibleViewField(required=False)

    def validate(self, attrs):
        if len(attrs) != 1:
            message = {"tickets": ["Give tickets or a saved view."]}
            raise serializers.ValidationError(message, code="required")
        return attrs


class LinkedSerializer(serializers.Serializer):
    linked = serializers.IntegerField(help_text="How many were not linked before.")


class UnlinkTicketSerializer(ActSerializer):
    ticket = VisibleTicketField()


class ProblemReasonSerializer(ActSerializer):
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class ProblemReopenSerializer(ActSerializer):
    reason = serializers.CharField(max_length=200)


class FixProblemSerializer(ProblemReasonSerializer):
    fixed_on = serializers.DateField(help_text="Since when the cause is gone.")


class VerifyProblemSerializer(ActSerializer):
    days = serializers.IntegerField(
        min_value=FEWEST_DAYS,
        max_value=MOST_DAYS,
        default=USUAL_DAYS,
        help_text="How long each of the two windows is.",
    )


class LetterSerializer(ActSerializer):
    text = serializers.CharField(
        max_length=MAX_LETTER,
        help_text="`{name}` is the customer's name, `{ticket}` the number of their ticket.",
    )
    again = serializers.BooleanField(default=False, help_text="Also those who were told before.")


class LetterPreviewSerializer(serializers.Serializer):
    """Who would get which text. `seen` and `looked_at` go back with `tell-customers`."""

    text = serializers.CharField()
    first = serializers.CharField(help_text="As the first customer would read it.")
    tickets = TicketNameSerializer(many=True)
    out_of_sight = serializers.IntegerField(help_text="Not yours to see, or beyond 200.")
    closed = serializers.IntegerField()
    seen = serializers.IntegerField()
    looked_at = serializers.DateTimeField()


class TellCustomersSerializer(ActSerializer):
    """What was previewed. A ticket on which somebody wrote since is refused by itself."""

    text = serializers.CharField(max_length=MAX_LETTER)
    tickets = serializers.ListField(child=IdField(), min_length=1, max_length=AT_ONCE)
    seen = serializers.IntegerField(min_value=0, max_value=BIGGEST_ID)
    looked_at = serializers.DateTimeField()
