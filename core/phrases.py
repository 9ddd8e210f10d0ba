"""What the desk says to customers on its own, in the six languages. Names in braces are filled in by the caller."""

from enum import StrEnum


class Phrase(StrEnum):
    ACKNOWLEDGEMENT = "acknowledgement"
    ANSWER = "answer"
    SURVEY = "survey"
    READ_ON = "read_on"


_TEXTS: dict[Phrase, dict[str, str]] = {
    Phrase.ACKNOWLEDGEMENT: {
        "en": "Hello{name},\n\nyour message has reached us under number {number}. We answer by {answer_by}.\n\n"
        "To add something, reply to this e-mail.\n\nSupport",
        "es": "Hola{name}:\n\nHemos recibido su mensaje con el número {number}. Le responderemos antes del {answer_by}.\n\n"
        "Si quiere añadir algo, responda a este correo.\n\nEl equipo de soporte",
        "fr": "Bonjour{name},\n\nvotre message nous est bien parvenu sous le numéro {number}. Nous vous répondrons avant "
        "le {answer_by}.\n\nPour compléter votre demande, répondez à cet e-mail.\n\nLe support",
        "de": "Guten Tag{name},\n\nIhre Nachricht ist unter der Nummer {number} bei uns eingegangen. Wir antworten bis "
        "{answer_by}.\n\nMöchten Sie etwas ergänzen, antworten Sie einfach auf diese E-Mail.\n\nIhr Support",
        "ja": "{name}お問い合わせありがとうございます。\n\n受付番号 {number} で承りました。{answer_by} までにご返信いたします。\n\n"
        "追加のご連絡は、このメールにそのままご返信ください。\n\nサポート担当",
        "zh": "您好{name}：\n\n我们已收到您的来信，编号为 {number}，将在 {answer_by} 之前回复您。\n\n如需补充，请直接回复此邮件。\n\n客服团队",
    },
    Phrase.ANSWER: {
        "en": "Hello{name},\n\n{answer}\n\nDoes this not solve it? Reply, and a colleague takes over.\n\nSupport",
        "es": "Hola{name}:\n\n{answer}\n\n¿No lo resuelve? Responda a este mensaje y un compañero se hará cargo.\n\nEl equipo de soporte",
        "fr": "Bonjour{name},\n\n{answer}\n\nLe problème persiste ? Répondez, et un collègue prend le relais.\n\nLe support",
        "de": "Guten Tag{name},\n\n{answer}\n\nHilft das nicht weiter? Antworten Sie, dann übernimmt eine Kollegin oder ein Kollege.\n\nIhr Support",
        "ja": "{name}お問い合わせありがとうございます。\n\n{answer}\n\n解決しない場合はご返信ください。担当者が引き継ぎます。\n\nサポート担当",
        "zh": "您好{name}：\n\n{answer}\n\n如果问题仍未解决，请直接回复，我们会安排同事跟进。\n\n客服团队",
    },
    Phrase.SURVEY: {
        "en": "How did we do with request {number}? One click answers: {link}",
        "es": "¿Qué tal lo hicimos con su solicitud {number}? Basta un clic: {link}",
        "fr": "Êtes-vous satisfait du traitement de votre demande {number} ? Un clic suffit : {link}",
        "de": "Wie zufrieden sind Sie mit der Bearbeitung von {number}? Ein Klick genügt: {link}",
        "ja": "お問い合わせ {number} の対応はいかがでしたか。ワンクリックでお答えいただけます: {link}",
        "zh": "您对编号 {number} 的处理满意吗？点击一下即可评价：{link}",
    },
    # Three dots for the Latin languages: the single character would make every part of a text message hold 70 letters
    # instead of 160.
    Phrase.READ_ON: {
        "en": "... more: {link}",
        "es": "... más: {link}",
        "fr": "... suite : {link}",
        "de": "... weiter: {link}",
        "ja": "…続き: {link}",
        "zh": "…全文：{link}",
    },
}


def phrase(wanted: Phrase, language: str | None, **values: object) -> str:
    """The phrase in `language`, or in English when there is no such translation."""
    texts = _TEXTS[wanted]
    return texts.get(language or "en", texts["en"]).format(**values)


def addressed(name: str, language: str | None) -> str:
    """The name as the greeting of each language takes it, with what divides it from the words around it."""
    name = " ".join(name.split())[:60]
    if not name:
        return ""
    return f"{name}様\n\n" if language == "ja" else name if language == "zh" else f" {name}"
