"""Messages for the model alone: six languages, about 38 tokens each, no two alike."""

TOKENS = 38
"""As the model's tokenizer counts them, its frame included; the mean of all."""
TEXTS = (
    "The kettle I bought from you in March leaks from the base whenever it is more than half full. How do I send it"
    " back?",
    "Since this morning nobody in our office can sign in. The page only says that the service is not available, and we"
    " have tried three browsers already.",
    "Me han cobrado dos veces la factura de octubre. Devuelvan uno de los dos pagos esta semana, que ya escribí el"
    " lunes y nadie contestó.",
    "El paquete figura como entregado el viernes, pero aquí no ha llegado nada y los vecinos tampoco lo han visto."
    " ¿Dónde está?",
    "Je voudrais résilier notre abonnement à la fin du mois et recevoir une confirmation écrite, car nous changeons de"
    " bureaux en janvier.",
    "Le lien de votre courriel pour changer le mot de passe a déjà expiré. Pouvez-vous m’en envoyer un nouveau"
    " rapidement, s’il vous plaît ?",
    "Passt der große Filter auch in das Modell von 2019? Auf Ihrer Seite steht dazu nichts, und ich möchte ihn noch vor"
    " dem Wochenende bestellen.",
    "Vielen Dank für die schnelle Hilfe. Mit der neuen Firmware läuft alles wieder, nur die Anzeige bleibt nach dem"
    " Start noch einige Sekunden dunkel.",
    "先週注文した加湿器がまだ届いていません。追跡番号を調べても「準備中」のままで、いつ発送されるのか教えていただけますか。急いでいます。",
    "パスワードを再設定しようとしましたが、メールのリンクが期限切れと表示されてログインできません。新しいリンクを送ってください。",
    "我上个月取消了会员，可是这个月信用卡又被扣了一次费用。请尽快退款，并确认以后不会再自动续费，谢谢。",
    "你们寄来的是小号，可我订的是大号，颜色也不对。请问怎样换货，来回的运费由谁承担，大概需要多少天？",
)


def messages(count: int) -> list[str]:
    return [f"{TEXTS[number % len(TEXTS)]} {number}" for number in range(count)]
