"""Customers and how they are reached."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from core.domain.entities import Customer
from core.domain.enums import ContactKind, CustomerTier
from integrations.api.calls import Call
from integrations.api.fields import PathId, Text
from integrations.api.pages import Page, PageQuery
from integrations.api.problems import documented
from integrations.api.responses import Json

router = APIRouter(prefix="/api/v1/customers", tags=["customers"])


@dataclass(frozen=True, slots=True)
class ContactBody:
    kind: ContactKind
    value: Annotated[str, Field(examples=["kim@example.com"])]


@dataclass(frozen=True, slots=True)
class CustomerBody:
    id: int
    name: Annotated[str, Field(examples=["Kim Larsen"])]
    tier: CustomerTier
    language: Annotated[str | None, Field(examples=["en"])]
    company: str | None
    annual_value_usd: Annotated[str | None, Field(description="A decimal number as text", examples=["1200.00"])]
    contacts: list[ContactBody]
    version: int
    created_at: datetime


class CustomerQuery(PageQuery):
    name: Annotated[Text, Field(max_length=200, description="The name begins so, whatever the case")] = ""


@router.get("", response_model=Page[CustomerBody], summary="List customers")
async def list_customers(call: Call, query: Annotated[CustomerQuery, Query()]) -> Json:
    """Newest first."""
    before = call.cursors.read_id("customers", query.cursor)
    found = await call.engine.views.customers(call.actor, before, query.limit, query.name)
    cursor = call.cursors.next_id("customers", found[-1].id, len(found), query.limit) if found else None
    return Json({"items": [customer_body(customer) for customer in found], "next_cursor": cursor})


@router.get("/{customer_id}", response_model=CustomerBody, summary="One customer", responses=documented(404))
async def get_customer(call: Call, customer_id: PathId) -> Json:
    return Json(customer_body(await call.engine.views.customer(call.actor, customer_id)))


def customer_body(customer: Customer) -> CustomerBody:
    return CustomerBody(
        id=customer.id,
        name=customer.name,
        tier=customer.tier,
        language=customer.language,
        company=customer.company,
        annual_value_usd=customer.annual_value_usd,
        contacts=[ContactBody(point.kind, point.value) for point in customer.contacts],
        version=customer.version,
        created_at=customer.created_at,
    )
