"""Rows with one of many numbers."""

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, bindparam

from monitor.models import BigId


def among(dialect: str, column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Whether the column is one of the numbers that the parameter is filled with.

    PostgreSQL is given an array, so that it sees the same statement for any number of them, and plans it once.
    """
    if dialect == "sqlite":
        return column.in_(bindparam(name, expanding=True, type_=BigId))
    return column == any_(bindparam(name, type_=ARRAY(BigInteger)))
