"""The demonstration content is complete, varied, consistent and invented."""

from collections import Counter
from collections.abc import Iterator

import pytest

from config.loader import load_rules
from core.demo import content as demo
from core.demo.entities import DemoConversation, DemoCustomer, DemoMessage, TrafficMessage
from core.domain.enums import Category, Channel, CustomerTier, Language, MessageKind, Role, Sentiment, TicketStatus
from core.domain.facts import RoutingDecision, TicketFacts
from core.domain.intents import CATEGORY_OF_INTENT, INTENTS
from core.domain.macros import unknown_in
from core.macros import SETS
from core.priority import prioritise
from core.routing import choose
from core.sla import SlaTargets, targets

RULES = load_rules()
CONTENT = demo.load_content()
TRAFFIC = demo.load_traffic()
CUSTOMERS = {customer.key: customer for customer in CONTENT.customers}
USERS = {user.key: user for user in CONTENT.users}
OTHER_LANGUAGES = tuple(language for language in Language if language is not Language.EN)

NOT_FOR_ARTICLES = {"thanks", "greeting", "spam", "unclear"}


def routed(conversation: DemoConversation) -> RoutingDecision:
    """Where the shipped rules send a conversation on its first message."""
    label, tier = conversation.opening_analysis, CUSTOMERS[conversation.customer].tier
    facts = TicketFacts(
        channel=conversation.channel,
        tier=tier,
        category=label.category,
        intent=label.intent,
        sentiment=label.sentiment,
        urgent=label.urgent,
        wants_human=label.wants_human,
    )
    return choose(facts, prioritise(facts, RULES).priority, RULES)


def owed(conversation: DemoConversation) -> SlaTargets:
    decision, tier = routed(conversation), CUSTOMERS[conversation.customer].tier
    return targets(conversation.channel, decision.priority, tier, decision.sla_hours, RULES)


def first_response_ratio(conversation: DemoConversation) -> float:
    """Time until the first reply, or until now, over the target; above 1 is a breach."""
    replies = [message.minutes_ago for message in conversation.messages if message.kind is MessageKind.REPLY]
    waited = conversation.minutes_ago - (replies[0] if replies else 0)
    return waited * 60 / max(1.0, owed(conversation).first_response.total_seconds())


def resolution_ratio(conversation: DemoConversation) -> float:
    end = 0 if conversation.status.is_open else conversation.last_minutes_ago
    return (conversation.minutes_ago - end) * 60 / owed(conversation).resolution.total_seconds()


def messages(kind: MessageKind) -> Iterator[tuple[DemoConversation, DemoMessage]]:
    for conversation in CONTENT.conversations:
        for message in conversation.messages:
            if message.kind is kind:
                yield conversation, message


def contact_points(customer: DemoCustomer, channel: Channel) -> tuple[str, ...]:
    if channel in (Channel.PHONE, Channel.SMS):
        return customer.phones
    return customer.handles if channel is Channel.SOCIAL_MEDIA else customer.emails


def test_there_is_enough_of_everything() -> None:
    assert len(CONTENT.articles) >= 44
    assert len(CONTENT.conversations) >= 90
    assert len(CONTENT.customers) >= 60
    assert len(TRAFFIC) >= 260


def test_the_desk_has_its_nine_people() -> None:
    roles = Counter(user.role for user in CONTENT.users)
    assert roles == {Role.ADMIN: 1, Role.SUPERVISOR: 2, Role.EXECUTIVE: 1, Role.AGENT: 5}
    assert {skill for user in CONTENT.users for skill in user.skills} == set(RULES.skills)
    assert {queue for user in CONTENT.users for queue in user.queues} == set(RULES.queues)


def test_every_queue_has_a_member_with_all_its_skills() -> None:
    for key, queue in RULES.queues.items():
        members = [user for user in CONTENT.users if key in user.queues]
        assert any(set(queue.skills) <= set(user.skills) for user in members), key


def test_every_language_has_an_agent_and_a_senior_for_vip_customers() -> None:
    desk = [user for user in CONTENT.users if user.role in (Role.AGENT, Role.SUPERVISOR)]
    assert {language for user in desk if user.role is Role.AGENT for language in user.languages} == set(Language)
    vip = [user for user in desk if user.senior and "vip_support" in user.queues]
    assert {language for user in vip for language in user.languages} == set(Language)


def test_articles_cover_every_category_and_every_answerable_intent() -> None:
    assert {article.category for article in CONTENT.articles} == set(Category)
    answered = {intent for article in CONTENT.articles for intent in article.intents}
    assert set(INTENTS) - NOT_FOR_ARTICLES <= answered
    assert sum(article.language is not Language.EN for article in CONTENT.articles) >= 8
    assert {article.language for article in CONTENT.articles} == set(Language)


def test_each_article_holds_its_form_and_its_figures_agree() -> None:
    for article in CONTENT.articles:
        if article.language in (Language.JA, Language.ZH):
            assert 180 <= len(article.body) <= 700, article.id
        else:
            assert 80 <= len(article.body.split()) <= 220, article.id
        assert 2 <= len(article.questions) <= 4, article.id
        assert 0.61 <= article.success_rate <= 0.97, article.id
        assert round(article.solved / article.used, 2) == article.success_rate, article.id
        assert article.category in {CATEGORY_OF_INTENT[intent] for intent in article.intents}, article.id


def test_some_articles_may_answer_alone_and_some_may_not() -> None:
    rates = [article.success_rate for article in CONTENT.articles]
    assert sum(rate >= 0.75 for rate in rates) >= 40
    assert sum(rate < 0.75 for rate in rates) >= 6


@pytest.mark.parametrize(
    ("part", "all_of_it"),
    [("channel", Channel), ("status", TicketStatus)],
)
def test_conversations_cover_every_channel_and_status(part: str, all_of_it: type[Channel] | type[TicketStatus]) -> None:
    counts = Counter(getattr(conversation, part) for conversation in CONTENT.conversations)
    assert all(counts[member] >= 8 for member in all_of_it), counts


def test_conversations_cover_every_tier_language_sentiment_and_queue() -> None:
    openings = [conversation.opening_analysis for conversation in CONTENT.conversations]
    languages = Counter(opening.language for opening in openings)
    tiers = Counter(CUSTOMERS[conversation.customer].tier for conversation in CONTENT.conversations)
    queues = Counter(routed(conversation).queue for conversation in CONTENT.conversations)
    sentiments = {message.analysis.sentiment for _, message in messages(MessageKind.CUSTOMER) if message.analysis}
    assert all(languages[language] >= 8 for language in OTHER_LANGUAGES), languages
    assert all(tiers[tier] >= 8 for tier in CustomerTier), tiers
    assert all(queues[queue] >= 8 for queue in RULES.queues), queues
    assert sentiments == set(Sentiment)


def test_every_channel_is_met_in_several_languages_and_tiers() -> None:
    for channel in Channel:
        here = [conversation for conversation in CONTENT.conversations if conversation.channel is channel]
        assert len({conversation.opening_analysis.language for conversation in here}) >= 4, channel
        assert len({CUSTOMERS[conversation.customer].tier for conversation in here}) >= 2, channel


def test_customer_messages_cover_nearly_every_intent() -> None:
    met = {message.analysis.intent for _, message in messages(MessageKind.CUSTOMER) if message.analysis}
    assert set(INTENTS) - met <= {"greeting", "unclear"}


def test_a_third_of_the_conversations_have_more_than_one_message_and_several_have_notes() -> None:
    longer = sum(len(conversation.messages) > 1 for conversation in CONTENT.conversations)
    assert longer * 3 >= len(CONTENT.conversations)
    assert len(list(messages(MessageKind.NOTE))) >= 12


def test_ages_run_from_minutes_to_nine_days() -> None:
    ages = sorted(conversation.minutes_ago for conversation in CONTENT.conversations)
    assert 3 <= ages[0] <= 10
    assert 7 * 1440 <= ages[-1] <= 9 * 1440


def test_first_responses_are_fresh_near_due_overdue_and_mostly_in_time() -> None:
    unanswered = [c for c in CONTENT.conversations if c.status in (TicketStatus.NEW, TicketStatus.ASSIGNED)]
    ratios = [first_response_ratio(conversation) for conversation in unanswered]
    assert sum(ratio < 0.8 for ratio in ratios) >= 6
    assert sum(0.8 <= ratio <= 1 for ratio in ratios) >= 6
    assert 5 <= sum(ratio > 1 for ratio in ratios) <= 15
    late = sum(first_response_ratio(conversation) > 1 for conversation in CONTENT.conversations)
    assert late <= len(CONTENT.conversations) * 0.2


def test_resolutions_are_on_their_way_at_risk_overdue_and_done_in_time() -> None:
    running = [c for c in CONTENT.conversations if c.status.is_open and c.status is not TicketStatus.PENDING_CUSTOMER]
    ratios = [resolution_ratio(conversation) for conversation in running]
    assert sum(ratio < 0.8 for ratio in ratios) >= 20
    assert sum(0.8 <= ratio <= 1 for ratio in ratios) >= 8
    assert 5 <= sum(ratio > 1 for ratio in ratios) <= 12
    ended = [resolution_ratio(c) for c in CONTENT.conversations if not c.status.is_open]
    assert sum(ratio <= 1 for ratio in ended) >= len(ended) * 0.9


def test_the_last_word_fits_the_status() -> None:
    for conversation in CONTENT.conversations:
        spoken = [message for message in conversation.messages if message.kind is not MessageKind.NOTE]
        replied = any(message.kind is MessageKind.REPLY for message in spoken)
        if conversation.status in (TicketStatus.NEW, TicketStatus.ASSIGNED):
            assert not replied, conversation.key
        if conversation.status is TicketStatus.PENDING_CUSTOMER:
            assert spoken[-1].kind is MessageKind.REPLY, conversation.key
        if conversation.status is TicketStatus.IN_PROGRESS:
            assert replied, conversation.key


def test_whoever_replies_speaks_the_language() -> None:
    for conversation, message in messages(MessageKind.REPLY):
        assert message.author is not None
        assert conversation.opening_analysis.language in USERS[message.author].languages, conversation.key


def test_nobody_holds_more_open_tickets_than_they_can() -> None:
    held = Counter(c.assignee for c in CONTENT.conversations if c.status.is_open and c.assignee)
    assert all(count <= USERS[key].capacity for key, count in held.items() if key), held


def test_customers_can_be_reached_on_the_channel_that_they_use() -> None:
    for conversation in CONTENT.conversations:
        for position in range(len(conversation.messages)):
            channel = conversation.channel_of(position)
            assert contact_points(CUSTOMERS[conversation.customer], channel), conversation.key


def test_some_open_conversations_are_long_and_change_the_channel() -> None:
    long = [
        conversation
        for conversation in CONTENT.conversations
        if conversation.status.is_open
        and len({conversation.channel_of(position) for position in range(len(conversation.messages))}) > 1
    ]
    assert len(long) >= 3
    assert all(len(conversation.messages) >= 6 for conversation in long)
    notes = [text.text for conversation in long for text in conversation.messages if text.kind is MessageKind.NOTE]
    assert sum("@" in note for note in notes) >= 3


def test_moods_of_many_open_conversations_have_changed() -> None:
    moods = [
        {message.analysis.sentiment for message in conversation.messages if message.analysis}
        for conversation in CONTENT.conversations
        if conversation.status.is_open
    ]
    assert sum(len(mood) > 1 for mood in moods) >= 20


def test_customers_come_in_every_tier_and_language() -> None:
    pairs = {(customer.tier, customer.language) for customer in CONTENT.customers}
    assert pairs == {(tier, language) for tier in CustomerTier for language in Language}


def senders(row: TrafficMessage) -> list[DemoCustomer]:
    if row.customer is not None:
        return [CUSTOMERS[row.customer]]
    return [c for c in CONTENT.customers if (c.tier, c.language) == (row.tier, row.language)]


def test_traffic_covers_every_channel_in_every_language() -> None:
    pairs = Counter((row.channel, row.language) for row in TRAFFIC)
    assert all(pairs[channel, language] >= 2 for channel in Channel for language in Language), pairs
    assert {row.tier for row in TRAFFIC} == set(CustomerTier)
    assert sum(bool(row.follow_up) for row in TRAFFIC) >= 40


def test_a_known_sender_of_traffic_exists_and_has_the_channel() -> None:
    for row in TRAFFIC:
        assert row.is_known_customer or row.customer is None, row.text
        if row.is_known_customer:
            reachable = [customer for customer in senders(row) if contact_points(customer, row.channel)]
            assert reachable, row.text
            assert all(customer.tier is row.tier for customer in reachable), row.text
            assert row.customer is None or reachable[0].language is row.language, row.text


def test_an_sms_is_short() -> None:
    texts = [m.text for c, m in messages(MessageKind.CUSTOMER) if c.channel is Channel.SMS]
    replies = [m.text for c, m in messages(MessageKind.REPLY) if c.channel is Channel.SMS]
    texts += [text for row in TRAFFIC if row.channel is Channel.SMS for text in (row.text, *row.follow_up)]
    assert max(map(len, texts + replies)) <= 160


def test_macros_can_be_used_as_they_are() -> None:
    for macro in CONTENT.macros:
        assert not [unknown_in(body) for body in macro.bodies.values() if unknown_in(body)], macro.title
        assert macro.queue in (None, *RULES.queues), macro.title
        assert macro.status in (None, *SETS), macro.title
        assert all(CATEGORY_OF_INTENT[intent] for intent in macro.intents), macro.title


def test_there_are_macros_for_most_of_what_is_asked_and_in_every_language() -> None:
    shared = [macro for macro in CONTENT.macros if macro.owner is None]
    assert len(shared) >= 14
    assert all(Language.EN in macro.bodies for macro in shared)
    assert sum(set(macro.bodies) == set(Language) for macro in shared) >= 4
    assert {macro.category for macro in shared} >= set(Category) - {Category.OTHER, Category.PRODUCT_INFO}
