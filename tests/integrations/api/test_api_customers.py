"""Customers: pages, the filter by name, one by its id."""

from core.domain.messages import InboundCustomer
from tests.cast import VERA
from tests.factories import receive
from tests.integrations.api.caller import Caller


async def test_customer_reads_with_all_contact_points(ada: Caller) -> None:
    await receive(ada.engine, customer=VERA)
    (listed,) = (await ada.get("/customers"))["items"]
    assert listed == await ada.get(f"/customers/{listed['id']}")
    assert (listed["name"], listed["tier"]) == ("Vera Lind", "enterprise")
    assert listed["contacts"] == [{"kind": "email", "value": "vera@enterprise.example"}]


async def test_pages_show_every_customer_once_while_more_arrive(ada: Caller) -> None:
    for number in range(7):
        await receive(ada.engine, customer=InboundCustomer(email=f"c{number}@x.example", name=f"Cora {number}"))
    page = await ada.get("/customers", limit=3)
    seen = [item["name"] for item in page["items"]]
    await receive(ada.engine, customer=InboundCustomer(email="late@x.example", name="Late"))
    while page["next_cursor"]:
        page = await ada.get("/customers", limit=3, cursor=page["next_cursor"])
        seen += [item["name"] for item in page["items"]]
    assert seen == [f"Cora {number}" for number in range(6, -1, -1)]


async def test_name_begins_so_whatever_the_case(ada: Caller) -> None:
    await receive(ada.engine)
    await receive(ada.engine, customer=VERA)
    assert [item["name"] for item in (await ada.get("/customers", name="vERA"))["items"]] == ["Vera Lind"]
    assert (await ada.get("/customers", name="%"))["items"] == []


async def test_wrong_queries_are_refused_by_name(ada: Caller) -> None:
    assert (await ada.problem("GET", "customers", 422, params={"nam": "x"}))["field"] == "nam"
    assert (await ada.problem("GET", "customers", 422, params={"name": "a\x00"}))["field"] == "name"
    assert (await ada.problem("GET", "customers", 422, params={"cursor": "x"}))["field"] == "cursor"
    await ada.problem("GET", "customers/999999", 404)
