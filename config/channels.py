"""Rules of the six channels, the languages that customers may write in, and how their tickets end."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from config.values import Count, CountOrNone, Share, Text
from core.domain.enums import Channel, Language

WindowHours = Annotated[float, Field(ge=0, le=8760)]


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """What every channel has. With a window of 0 hours, a message without a reference always opens a new ticket."""

    label: Text
    enabled: bool
    automatic_reply: bool
    conversation_window_hours: WindowHours
    """Hours since the last message of an open conversation within which a message without a reference joins it."""


@dataclass(frozen=True, slots=True)
class EmailRules(ChannelRules):
    threading: bool
    templates: bool
    max_automatic_thread_messages: Count


@dataclass(frozen=True, slots=True)
class ChatRules(ChannelRules):
    max_sessions: Count
    typing_indicators: bool
    handoff_to_human: bool


@dataclass(frozen=True, slots=True)
class PhoneRules(ChannelRules):
    ivr: bool
    callback_queue: bool
    transcript_sentiment: bool


class SocialPlatform(StrEnum):
    TWITTER = "twitter"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"


@dataclass(frozen=True, slots=True)
class SocialMediaRules(ChannelRules):
    platforms: Annotated[tuple[SocialPlatform, ...], Field(min_length=1)]
    response_target_minutes: Count
    """What the channel is measured against on the dashboard; the clocks follow the SLA table."""


@dataclass(frozen=True, slots=True)
class SelfServiceRules(ChannelRules):
    chatbot: bool
    knowledge_search: bool
    guided_troubleshooting: bool


@dataclass(frozen=True, slots=True)
class SmsRules(ChannelRules):
    max_reply_chars: Annotated[int, Field(ge=60, le=1600)]
    link_to_web: bool
    """Whether a reply that is too long ends with a link to the rest."""


@dataclass(frozen=True, slots=True)
class Channels:
    email: EmailRules
    chat: ChatRules
    phone: PhoneRules
    social_media: SocialMediaRules
    self_service: SelfServiceRules
    sms: SmsRules

    def of(self, channel: Channel) -> ChannelRules:
        rules: ChannelRules = getattr(self, channel.value)
        return rules


@dataclass(frozen=True, slots=True)
class LanguageRules:
    supported: Annotated[tuple[Language, ...], Field(min_length=1)]
    default: Language
    """Answers leave in this language when the customer's is unknown or not supported."""
    min_confidence: Share


@dataclass(frozen=True, slots=True)
class LifecycleRules:
    """How tickets end and begin again."""

    reopen_resolved: bool
    thanks_reopens: bool
    close_resolved_after_hours: Annotated[float, Field(gt=0, le=8760)]
    undo_send_seconds: CountOrNone
