"""Comparisons that Django does not write by itself."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Lookup, QuerySet


class IsAnyOf(Lookup):
    """``column = ANY (ARRAY (subquery))``: true if the subquery returns the value.

    PostgreSQL answers the subquery once, before anything else. As ``IN (subquery)`` inside an OR
    it is charged again for every row of an inner loop, and finding one word among 100,000 tickets
    then reads all of them.
    """

    lookup_name = "is_any_of"
    prepare_rhs = False

    def __init__(self, lhs, rhs: QuerySet):
        super().__init__(lhs, ArraySubquery(rhs) if isinstance(rhs, QuerySet) else rhs)

    def as_sql(self, compiler, connection):
        column, column_params = self.process_lhs(compiler, connection)
        values, values_params = self.process_rhs(compiler, connection)
        return f"{column} = ANY ({values})", (*column_params, *values_params)
