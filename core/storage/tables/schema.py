"""Where all tables are registered, and what their columns share."""

from sqlalchemy import Column, MetaData

from core.storage.types import BigId

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def own_id() -> Column[int]:
    return Column("id", BigId, primary_key=True, autoincrement=True)


def given_id() -> Column[int]:
    """An id taken from `sequences` beforehand, so that rows that point to each other go out in one batch."""
    return Column("id", BigId, primary_key=True, autoincrement=False)
