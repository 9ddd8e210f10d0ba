"""What a customer wants, in 45 intents; the intent decides the category."""

from core.domain.enums import Category

INTENTS_BY_CATEGORY: dict[Category, tuple[str, ...]] = {
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

CATEGORY_OF_INTENT: dict[str, Category] = {
    intent: category for category, intents in INTENTS_BY_CATEGORY.items() for intent in intents
}

INTENTS: tuple[str, ...] = tuple(CATEGORY_OF_INTENT)
