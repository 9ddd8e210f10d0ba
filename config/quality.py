"""Rules of quality: surveys, first contact resolution, reviews, and what law and standards ask for."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from config.values import Count, CountOrNone, Name, Percent, Table, Text
from core.domain.enums import Channel


@dataclass(frozen=True, slots=True)
class CsatRules:
    target_percent: Percent
    alert_below_percent: Percent
    send_after_minutes: CountOrNone
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class NpsRules:
    """The score runs from -100 to 100."""

    target: Annotated[float, Field(ge=-100, le=100)]
    every_months: Annotated[int, Field(ge=1, le=12)]


@dataclass(frozen=True, slots=True)
class FirstContactRules:
    target_percent: Percent
    minimum_percent: Percent


@dataclass(frozen=True, slots=True)
class ReviewCriterion:
    label: Text
    weight_percent: Annotated[float, Field(gt=0, le=100)]


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """Which share of interactions people review, and the marks they give. The weights of the criteria add up to 100."""

    sample_percent: Percent
    pass_percent: Percent
    criteria: Annotated[Table[Name, ReviewCriterion], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class QualityRules:
    csat: CsatRules
    nps: NpsRules
    first_contact_resolution: FirstContactRules
    reviews: ReviewRules


class Framework(StrEnum):
    GDPR = "gdpr"
    CCPA = "ccpa"
    PCI_DSS = "pci_dss"
    HIPAA = "hipaa"


@dataclass(frozen=True, slots=True)
class ComplianceRules:
    audit_trail: bool
    retention_days: Count
    frameworks: frozenset[Framework]
