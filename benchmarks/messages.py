"""Messages to load with: of the length and mixture that a desk sees, each from a customer of its own."""

import orjson

TEXTS = (
    "The kettle I bought in March leaks from the base whenever it is more than half full. How do I send it back?",
    "You charged my card twice for the October invoice. Please refund one of the two payments this week.",
    "Since this morning nobody in our office can sign in, the page only says that the service is not available.",
    "Could you tell me whether the large filter also fits the 2019 model? The page does not mention it.",
    "My parcel was marked as delivered on Friday, but nothing is here and the neighbours have not seen it either.",
    "Thank you, the new firmware solved it and the display is bright again.",
    "Please cancel our subscription at the end of the month and confirm it in writing.",
    "I forgot my password and the link in your e-mail says that it has expired already.",
)
CHANNELS = ("email", "chat", "sms", "social_media", "self_service")


def payload(source: str, number: int) -> bytes:
    """The body of one POST /api/v1/messages; (source, number) makes it unique."""
    channel = CHANNELS[number % len(CHANNELS)]
    name = f"{source}-{number}"
    message = {
        "channel": channel,
        "external_id": f"bench-{name}",
        "customer": {"email": f"{name}@customer.example", "name": f"Customer {name}"},
        "subject": f"Question {number}",
        "text": TEXTS[number % len(TEXTS)],
    }
    if channel == "sms":
        message["customer"] = {"phone": f"+1555{abs(hash(name)) % 10**9:09d}"}
    if channel == "social_media":
        message["customer"] = {"handle": f"x:{name}"}
    return orjson.dumps(message)
