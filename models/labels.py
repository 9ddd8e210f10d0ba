"""What the heads can say: the intents of each category, the sentiments, the yes-or-no questions.

The order is the order of the heads' outputs and is written into the artefact; changing it needs a new training run.
"""

from typing import Final

from core.domain.enums import Category, Sentiment

INTENTS_OF: Final[dict[Category, tuple[str, ...]]] = {
    Category.TECHNICAL: (
        "error_report",
        "not_working",
        "outage",
        "performance",
        "setup_help",
        "integration_help",
    ),
    Category.BILLING: (
        "wrong_charge",
        "payment_failed",
        "invoice_request",
        "payment_method",
        "cancel_subscription",
        "change_plan",
        "refund_status",
    ),
    Category.ACCOUNT: (
        "password_reset",
        "account_locked",
        "update_details",
        "create_account",
        "delete_account",
        "account_security",
    ),
    Category.PRODUCT_INFO: ("product_question", "availability", "pricing", "compatibility"),
    Category.SHIPPING: ("track_order", "delivery_delay", "missing_package", "change_delivery", "delivery_options"),
    Category.RETURNS: (
        "return_item",
        "exchange_item",
        "request_refund",
        "damaged_item",
        "wrong_item",
        "warranty_repair",
    ),
    Category.COMPLAINT: ("complaint_service", "complaint_product", "escalation_request"),
    Category.FEATURE_REQUEST: ("feature_request", "improvement_suggestion"),
    Category.OTHER: ("thanks", "greeting", "contact_human", "partnership_or_job", "spam", "unclear"),
}

INTENTS: Final[tuple[str, ...]] = tuple(intent for intents in INTENTS_OF.values() for intent in intents)
CATEGORY_OF: Final[dict[str, Category]] = {
    intent: category for category, intents in INTENTS_OF.items() for intent in intents
}
CATEGORIES: Final[tuple[Category, ...]] = tuple(INTENTS_OF)
SENTIMENTS: Final[tuple[Sentiment, ...]] = (
    Sentiment.VERY_NEGATIVE,
    Sentiment.NEGATIVE,
    Sentiment.NEUTRAL,
    Sentiment.POSITIVE,
    Sentiment.VERY_POSITIVE,
)
FLAGS: Final[tuple[str, ...]] = ("urgent", "wants_human", "thanks_only")

LANGUAGES: Final[tuple[str, ...]] = ("en", "es", "fr", "de", "ja", "zh")
UNDETERMINED: Final = "und"
"""ISO 639-2 code for text whose language is none of the six or cannot be told."""
