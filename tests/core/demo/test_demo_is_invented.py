"""Nothing in the demonstration belongs to a real person or company, and nothing is said twice."""

import re
from collections import Counter
from collections.abc import Iterator

from core.demo import content as demo

CONTENT = demo.load_content()
TRAFFIC = demo.load_traffic()

# Numbers that regulators keep for fiction (NANP 555-01xx, Ofcom, ACMA, Arcep, Bundesnetzagentur). Japan and China keep
# none: there, subscriber numbers never begin with 0, so 090-0000-… and 010-0000… cannot belong to anybody.
FICTIONAL_PHONE = re.compile(
    r"\+(1\d{3}55501\d\d|44(7700900\d{3}|1632960\d{3}|2079460\d{3})|61491570(156|157|158|159)"
    r"|33(19900|26191|35301|46571|53649|63998)\d{4}"
    r"|49(3023125|6990009|4066969|2214710|8999998)\d{3}|491713920\d{3}|81900000\d{4}|86100000\d{4})"
)
RESERVED_HOST = re.compile(r"(^|\.)example(\.(com|net|org))?$")
HOST_IN_TEXT = re.compile(
    r"(?:@|\b)((?:[a-z0-9-]+\.)+(?:com|net|org|example|io|app|dev|eu|info|shop|store|biz|co|uk|ie|us|ca|au|nz|de|at|ch"
    r"|fr|be|es|mx|jp|cn|tw|hk|sg))\b",
    re.IGNORECASE,
)


def every_text() -> Iterator[str]:
    for article in CONTENT.articles:
        yield from (article.title, article.body, *article.questions)
    for conversation in CONTENT.conversations:
        yield from (conversation.subject, *(message.text for message in conversation.messages))
    for macro in CONTENT.macros:
        yield from (macro.title, *macro.bodies.values())
    for row in TRAFFIC:
        yield from (row.subject, row.text, *row.follow_up)


def test_no_text_is_used_twice() -> None:
    texts = [article.body for article in CONTENT.articles]
    texts += [question for article in CONTENT.articles for question in article.questions]
    texts += [message.text for conversation in CONTENT.conversations for message in conversation.messages]
    texts += [text for row in TRAFFIC for text in (row.text, *row.follow_up)]
    texts += [body for macro in CONTENT.macros for body in macro.bodies.values()]
    counts = Counter(" ".join(text.lower().split()) for text in texts)
    assert [text for text, count in counts.items() if count > 1] == []


def test_a_contact_point_belongs_to_one_customer() -> None:
    points = [point for c in CONTENT.customers for point in (*c.emails, *c.phones, *c.handles)]
    assert len(points) == len(set(points))


def test_addresses_use_reserved_domains_only() -> None:
    addresses = [user.email for user in CONTENT.users] + [e for c in CONTENT.customers for e in c.emails]
    hosts = [address.rpartition("@")[2] for address in addresses]
    hosts += [host for text in every_text() for host in HOST_IN_TEXT.findall(text)]
    assert [host for host in hosts if not RESERVED_HOST.search(host.lower())] == []


def test_phone_numbers_are_fictional() -> None:
    numbers = [phone for customer in CONTENT.customers for phone in customer.phones]
    for text in every_text():
        written = re.findall(r"\+?\d[\d ()./-]{6,}\d", text)
        numbers += ["+" + re.sub(r"\D", "", number) for number in written if len(re.sub(r"\D", "", number)) >= 9]
    assert [number for number in numbers if not FICTIONAL_PHONE.fullmatch(number)] == []


def test_handles_name_their_network() -> None:
    handles = [handle for customer in CONTENT.customers for handle in customer.handles]
    assert all(re.fullmatch(r"(x|facebook|instagram):[a-z0-9._]*demo", handle) for handle in handles)
