"""Function words and the small talk of letters: no keywords, but the surest sign of a language in a short message."""

from typing import Final

_EN: Final = """
a about above after again against all almost already also although always am an and another any anybody anyone
anything are aren't around as ask at away back be because been before behind being below best between both but by bye
came can can't cannot cant come could couldn't days dear did didn't didnt do does doesn't doesnt doing don't done dont
down during each either else enough even ever every everyone everything few first for from further get gets getting
give given go goes going gone good got great had hadn't happened happens has hasn't have haven't having he hello help
her here hers hey hi him his hope how however i i'd i'll i'm i've if im in instead into is isn't it it's its ive just
keep keeps kind know last later least let let's like little long look looking lot made make makes many may maybe me
mean might mine more most much must my myself need needs neither never new next no nobody none nor not nothing now of
off often ok okay on once one only onto or other others our ours out over own per perhaps please pls possible put
quite rather really regards right said same saw say says see seems seen send sent several shall she should shouldn't
show shows since so some somebody someone something sometimes somewhere soon sorry still such sure take taken tell
than thank thanks that that's thats the their theirs them then there there's these they they're thing things think
this those though through thx time times to today together told tomorrow too took toward tried tries try trying twice
two under until up upon us use used using very via want wanted wants was wasn't way we we'd we'll we're we've well
went were weren't what what's when where whether which while who whom whose why will wish with within without won't
wont would wouldn't yes yesterday yet you you'd you'll you're you've your yours yourself morning afternoon evening
team sir madam cheers sincerely hiya ago
"""
_ES: Final = """
a acá ahí al algo alguien algún alguna algunas alguno algunos allí ante antes aquel aquella aquellos aquí así aun aún
aunque ayer ayuda bajo bastante bien buen buena buenas bueno buenos cada casi como cómo con conmigo contigo contra
cosa cosas cual cuál cuales cualquier cuando cuándo cuanto cuánto cuánta cuántos cuenta da dado dan dar de debe deben
debería decir deja dejó del dentro desde después día días dice dicen dijo dijeron donde dónde dos durante e el él ella
ellas ellos en encima entonces entre era eran eres es esa esas ese eso esos esta está estaba estado están estar estas
este esto estos estoy estuve favor fin fue fueron fui gracias gran ha había hablar hace hacen hacer hacia haciendo han
has hasta hay haya he hecho hemos hola hoy igual intento ir jamás la las le les llevo lo los luego más mas me mejor
menos mi mí mientras mío mis misma mismo mucha muchas mucho muchos muy nada nadie necesito ni ningún ninguna ninguno
no nos nosotros nuestra nuestras nuestro nuestros nueva nuevo nunca o os otra otras otro otros para parece pero poco
podéis podemos poder podría podrían por porque porqué primera primero pues puede pueden puedo que qué quería quien
quién quiere quiero quisiera sabe saber saludo saludos se sé sea según ser si sí sido siempre siendo sigo sigue sin
sino sobre solo sólo son soy su sus también tampoco tan tanto te tener tengo tenía tenemos tiene tienen toda todas
todavía todo todos tras tu tú tus un una unas uno unos usted ustedes va vale vamos van varias varios veces ver vez voy
vuelve y ya yo estimados cordial tardes noches señores mañana ando estaría sería habéis habría tendría
"""
_FR: Final = """
à afin ai aide ainsi alors année après as assez au aucun aucune aujourd'hui aura aurait aussi autre autres aux avait
avant avec avez avoir avons bien bon bonjour bonne bonsoir c'est ça car ce ceci cela celle celles celui cependant ces
cet cette ceux chaque cher chez chose ci comme comment contre cordialement d'accord dans de déjà demain depuis dernier
dernière des deux devez devrait dire dit dois doit donc dont du elle elles en encore entre es est et étaient était été
être eu faire fais fait faites faut fois font hier hui ici il ils j'ai j'aimerais jamais jour jours jusqu juste je
l'ai la là laquelle le lequel les leur leurs lors lorsque lui m'a ma madame mais me même mêmes merci mes met mettre
mieux moi moins mois mon monsieur n'ai n'est ne ni nos notre nous on ont ou où oui par parce pas peu peut peuvent peux
plaît plus plusieurs plutôt point pour pourquoi pourrais pourrait pourriez pouvez pouvoir première prendre près
presque puis puisque qu'il qu'on quand que quel quelle quelles quelqu quelque quelques quels qui quoi rien s'il sa
sais salut sans savoir se sera serait ses seulement si sinon soit son sont sous souhaite souhaiterais suis sur sûr svp
ta tandis tant te tel telle tellement tes toi ton toujours tous tout toute toutes très trop trouve tu un une va vais
vers veuillez veux voici voilà voir vont vos votre voudrais voulez vous vraiment vu y équipe bjr slt coucou allô dès
"""
_DE: Final = """
ab aber alle allem allen aller alles als also am an andere anderen anderer anderes auch auf aus außerdem bald bei
beide beim bekomme bekommen bereits besser bestimmt bin bis bisher bist bitte bräuchte brauche da dabei dadurch dafür
dagegen daher damit danach dann daran darauf darf darüber darum das dass davon dazu dein deine dem den denn der des
deshalb dich die dies diese diesem diesen dieser dieses dir doch dort du durch dürfen eben ebenfalls eigentlich ein
eine einem einen einer eines einfach einige einmal er erst es etwa etwas euch euer eure falls fast für ganz gar geben
gegen gehen geht gemacht genau genug gerade gern gerne gestern gibt ging grüße grüßen guten gut habe haben hallo hast
hat hatte hatten hätte heute hier hilfe hilft hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer immer in
innerhalb ins irgendwie ist ja jede jedem jeden jeder jedes jemand jetzt kam kann kannst kein keine keinem keinen
keiner klappt komme kommen kommt könnt könnte könnten könntet können lassen leider lg liebe lieber liebes los mache
machen macht mal man mehr mein meine meinem meinen meiner meines mfg mich mir mit möchte möchten möglich morgen moin
muss müssen musste nach nachdem nächste nein nicht nichts nie niemand noch nun nur ob oben obwohl oder offenbar oft
ohne schon schnell schreibe sehr sei seid sein seine seinem seinen seiner seit seitdem selbst servus sich sie sind so
sobald sofort sogar soll sollen sollte somit sondern sonst soweit statt stehen steht tag tage tagen team über
überhaupt um und uns unser unsere unserem unseren unter vielen viel viele vielleicht vom von vor vorher wäre wann war
waren warum was weder weg wegen weil weiter weiß welche welchen welcher welches wem wen wenn wer werde werden wie
wieder wieso will wir wird wirklich wo woche wochen wohl wollen wollte worden wurde würde wurden würden zu zum zur
zurück zusammen zwar zwei zwischen danke dank freundlichen tschüss hoi grüezi servas dankeschön fürs ans aufs übers
"""
STOPWORDS: Final[dict[str, frozenset[str]]] = {
    "en": frozenset(_EN.split()),
    "es": frozenset(_ES.split()),
    "fr": frozenset(_FR.split()),
    "de": frozenset(_DE.split()),
}
_JA: Final = """
今日 昨日 明日 先日 今朝 昨夜 本日 今回 今週 先週 来週 今月 先月 来月 今年 去年 最近 以前 以降 以上 以下 場合 方法
必要 可能 全部 全然 全員 本当 自分 当社 弊社 御社 貴社 貴方 私 僕 皆様 何度 何回 一度 二度 何日 毎回 毎日 対応 連絡
確認 質問 問題 現在 時間 午前 午後 大変 失礼 教 見 思 言 使 出 入 行 来 気 方 件 事 物 時 前 後 間 中 上 下 人 日
月 年 分 回 度 他 一 二 三 願 致 頂 下記 早急 結構 最高 サポート ください コト モノ トコロ ダメ お世話 世話 宜 迷惑
感謝 途中 最初 最後 直接 非常 特別 絶対 完全
"""
_ZH: Final = """
的 了 我 你 您 他 她 它 们 我们 你们 他们 是 在 有 没 没有 不 也 都 就 和 与 跟 或 及 但 但是 可是 不过 因为 所以
如果 要是 请 请问 谢谢 感谢 麻烦 帮 帮忙 帮我 给 把 被 让 叫 对 从 到 向 为 为了 为什么 什么 怎么 怎样 怎么办 如何
哪 哪里 哪个 谁 几 多少 多久 多 少 很 太 非常 真 真的 好 吗 呢 吧 啊 呀 哦 嗯 啦 着 过 得 地 会 能 能否 能不能 可以
可不可以 可 应该 需要 想 想要 要 一直 一下 一个 一些 一次 一样 这 那 这个 那个 这里 那里 这样 那样 这么 那么 这次
上次 下次 每次 每天 今天 昨天 明天 前天 后天 现在 刚才 刚刚 已经 还 还是 还有 又 再 才 只 只是 先 然后 之前 之后
以前 以后 时候 时 年 月 日 号 天 小时 分钟 上 下 里 中 前 后 来 去 说 看 看到 知道 觉得 发现 告诉 显示 你好 您好
哈喽 各位 客服 朋友 东西 事情 情况 问题 比较 更 最 每 各 另外 其他 所有 全部 完全 根本 总是 老是 两 三 四 五 六 个
次 件 张 家 位 元 块 等 用 使用 做 弄 试 试过 试了 并 而 而且 于 以 将 该 自己 人 大家 行 成 至今 至 仍 仍然 竟然
居然 马上 立刻 尽快 赶紧 快 出现 进行 收到 希望 打算 点 直接 寄给 发给 送给
"""
CJK_STOPWORDS: Final[dict[str, frozenset[str]]] = {"ja": frozenset(_JA.split()), "zh": frozenset(_ZH.split())}

_ZH_TERMS: Final = """
订单 订单号 快递 快递单号 快递员 包裹 物流 物流信息 发货 送货 收货 收货地址 地址 配送 签收 派送 运费 退款 退货 换货
保修 维修 质保 发票 抬头 税号 账单 扣款 重复扣款 扣费 自动续费 续费 会员 套餐 订阅 升级 降级 付款 支付 支付宝 微信
信用卡 银行卡 余额 优惠券 优惠 折扣 价格 报价 密码 验证码 账号 账户 登录 登陆 注册 注销 邮箱 手机号 手机 绑定 冻结
盗号 被盗 诈骗 钓鱼 系统 服务器 网页 页面 网站 应用 软件 客户端 后台 接口 数据 导出 导入 同步 备份 闪退 崩溃 卡顿
报错 错误 错误代码 故障 宕机 瘫痪 蓝屏 黑屏 死机 无法连接 打印机 路由器 耳机 充电器 充电 电池 屏幕 安装 设置 连接
蓝牙 无线 网络 更新 版本 功能 建议 投诉 经理 主管 律师 媒体 消费者协会 人工 人工客服 转人工 合作 招聘 简历 库存
有货 缺货 补货 尺码 颜色 型号 兼容 支持 说明书 质量 破损 损坏 划痕 少发 漏发 发错 预约 酒店 机票 航班 会议 演示
延误 丢失 取消 退订 修改 更改 更换 团队 公司 上传 下载 文件 重置 邮件 服务 打印
"""
CHINESE_TERMS: Final = frozenset(_ZH_TERMS.split())
"""Support terms of Chinese that stay one word though they contain a function word or stand beside another."""

_FOREIGN: Final = """
il lo gli che di è sono ho ha mio mia miei dove non perché questo questa ancora della dei grazie ciao vorrei posso
o os não meu minha meus onde você vocês obrigado obrigada em uma com foi ainda quero estou isso ao da do das dos
ik het een niet mijn waar nog graag van voor naar maar dat wordt heb hoi bedankt jullie kan ook
nie jest moje mój moja się gdzie proszę dziękuję czy mam dlaczego jak
jag är inte min mitt det och har när kan vill tack hej på
"""
FOREIGN_WORDS: Final = frozenset(_FOREIGN.split())
"""Function words of Italian, Portuguese, Dutch, Polish and Swedish."""
