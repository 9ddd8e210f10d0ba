"""E-mail, both ways: raw RFC 5322 bytes to `InboundMessage`, `OutboundMessage` to MIME, SMTP or an outbox folder."""
