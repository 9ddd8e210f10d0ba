"""The demonstration content, read from the files beside this module and checked in full.

Every reader raises ConfigurationError that lists each wrong row as `file:line: field: what is wrong`. Ages are minutes
before the moment of planting, so the same files make a desk that looks alive on any day.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from core.demo import parsing
from core.demo.entities import (
    DemoArticle,
    DemoContent,
    DemoConversation,
    DemoCustomer,
    DemoMacro,
    DemoUser,
    TrafficMessage,
)
from core.demo.rows import parse_lines, parse_listed
from core.domain.errors import ConfigurationError

Item = TypeVar("Item")


def load_articles() -> tuple[DemoArticle, ...]:
    return parse_lines("articles.jsonl", parsing.article)


def load_users() -> tuple[DemoUser, ...]:
    return parse_listed("people.yaml", "users", parsing.user)


def load_customers() -> tuple[DemoCustomer, ...]:
    return parse_lines("customers.jsonl", parsing.customer)


def load_macros() -> tuple[DemoMacro, ...]:
    return parse_listed("macros.yaml", "macros", parsing.macro)


def load_conversations() -> tuple[DemoConversation, ...]:
    return parse_lines("conversations.jsonl", parsing.conversation)


def load_traffic() -> tuple[TrafficMessage, ...]:
    return parse_lines("traffic.jsonl", parsing.traffic)


def load_content() -> DemoContent:
    """All that is planted on the first start. Raises ConfigurationError for a bad row or a dangling reference."""
    content = DemoContent(load_articles(), load_users(), load_macros(), load_customers(), load_conversations())
    problems = [*_repeated_keys(content), *_dangling_references(content)]
    if problems:
        raise ConfigurationError(problems)
    return content


def _repeated_keys(content: DemoContent) -> Iterable[str]:
    yield from _repeated("articles.jsonl", content.articles, lambda article: article.id)
    yield from _repeated("people.yaml", content.users, lambda user: user.key)
    yield from _repeated("macros.yaml", content.macros, lambda macro: macro.title)
    yield from _repeated("customers.jsonl", content.customers, lambda customer: customer.key)
    yield from _repeated("conversations.jsonl", content.conversations, lambda conversation: conversation.key)


def _repeated(file: str, items: Iterable[Item], key: Callable[[Item], str]) -> Iterable[str]:
    seen: set[str] = set()
    for item in items:
        if key(item) in seen:
            yield f"{file}: {key(item)} occurs twice"
        seen.add(key(item))


def _dangling_references(content: DemoContent) -> Iterable[str]:
    users, customers = {user.key for user in content.users}, {customer.key for customer in content.customers}
    for macro in content.macros:
        if macro.owner is not None and macro.owner not in users:
            yield f"macros.yaml: {macro.title} belongs to {macro.owner}, who is not in people.yaml"
    for conversation in content.conversations:
        named = {conversation.assignee, *(message.author for message in conversation.messages)} - {None}
        for author in sorted(str(name) for name in named if name not in users):
            yield f"conversations.jsonl: {conversation.key} names the user {author}, who is not in people.yaml"
        if conversation.customer not in customers:
            yield f"conversations.jsonl: {conversation.key} is from {conversation.customer}, who is not a customer"
