"""What a list of words reaches: the yardstick that the heads must beat. Not used by the product."""

from collections.abc import Sequence
from typing import Final

from core.domain.enums import Category
from models.training.corpus import Example

_WORDS: Final[dict[Category, str]] = {
    Category.TECHNICAL: "error crash bug slow broken install connect wifi api fehler absturz langsam wlan erreur panne "
    "lent plante error fallo lento conectar エラー 接続 遅い "
    "设置 错误 闪退 卡",
    Category.BILLING: "charge invoice payment card subscription bill refund rechnung zahlung abgebucht kündige "
    "facture paiement prélevé abonnement factura pago cargo cobro suscripción "
    "請求 支払 解約 領収書 发票 扣款 付款 续费",
    Category.ACCOUNT: "password login account locked hacked profile passwort konto gesperrt mot de passe compte "
    "contraseña cuenta bloqueada パスワード ログイン アカウント 退会 密码 账号 登录 注销",
    Category.PRODUCT_INFO: "does it price cost available stock compatible discount kostet lieferbar passt combien prix "
    "disponible cuánto cuesta compatible 在庫 価格 使えますか 多少钱 有货 优惠",
    Category.SHIPPING: "delivery shipping parcel package tracking courier lieferung paket sendung livraison colis "
    "suivi envío paquete entrega 配達 配送 届 送料 快递 物流 包裹 发货",
    Category.RETURNS: "return exchange damaged wrong item money back warranty zurückschicken umtauschen garantie "
    "renvoyer échanger remboursement devolver cambiar garantía 返品 交換 保証 退货 换货 退款 保修",
    Category.COMPLAINT: "complaint rude unacceptable manager worst beschwerde unverschämt plainte inadmissible queja "
    "vergüenza 苦情 態度 投诉 态度",
    Category.FEATURE_REQUEST: "feature suggestion would be nice please add vorschlag wunsch suggestion ajouter "
    "sugerencia añadir 機能 追加 建议 功能",
}


def keyword_accuracy(examples: Sequence[Example]) -> float:
    """Share of messages whose category is the one with most listed words in the text; `other` when none occurs."""
    lists = {category: words.split() for category, words in _WORDS.items()}

    def guess(text: str) -> Category:
        lowered = text.lower()
        counts = {category: sum(word in lowered for word in words) for category, words in lists.items()}
        best = max(counts, key=counts.__getitem__)
        return best if counts[best] else Category.OTHER

    hits = [guess(example.text) is example.category for example in examples]
    return round(sum(hits) / len(hits), 3) if hits else 0.0
