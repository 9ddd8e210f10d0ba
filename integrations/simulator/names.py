"""Names for customers who do not sign what they write, by language; all invented by putting halves together."""

from random import Random

from core.domain.enums import Language

_GIVEN: dict[Language, tuple[str, ...]] = {
    Language.EN: ("Nora", "Callum", "Priya", "Dwayne", "Isla", "Terrence", "Maeve", "Kofi", "Bridget", "Anders"),
    Language.ES: ("Lorena", "Iván", "Pilar", "Joaquín", "Noelia", "Ramiro", "Estrella", "Gael", "Maite", "Osvaldo"),
    Language.FR: ("Camille", "Yann", "Delphine", "Théo", "Fatou", "Gilles", "Manon", "Idriss", "Odile", "Rémi"),
    Language.DE: ("Svenja", "Holger", "Leonie", "Murat", "Wiebke", "Detlef", "Johanna", "Timo", "Renate", "Kilian"),
    Language.JA: ("彩花", "健太", "美咲", "大輔", "千尋", "拓海", "由美", "翔", "和子", "直人"),
    Language.ZH: ("雨桐", "志强", "晓燕", "浩然", "佳怡", "建国", "思敏", "子轩", "丽华", "俊杰"),
}
_FAMILY: dict[Language, tuple[str, ...]] = {
    Language.EN: ("Larkin", "Osei", "Whitlow", "Mehta", "Cropper", "Delacroix", "Finch", "Okoro", "Stavely", "Byrne"),
    Language.ES: ("Quintana", "Roldán", "Cifuentes", "Ibarra", "Peñalver", "Zorrilla", "Luján", "Escobedo", "Téllez"),
    Language.FR: ("Marchand", "Kerbrat", "Diallo", "Fontanel", "Roussin", "Chabrier", "Vasseur", "Lemoine", "Ott"),
    Language.DE: ("Brenner", "Yildirim", "Hagedorn", "Petersen", "Vogelsang", "Krahl", "Eichinger", "Oltmanns", "Pohl"),
    Language.JA: ("藤原", "小野寺", "宮本", "荒井", "久保田", "白石", "東", "島崎", "望月"),
    Language.ZH: ("欧阳", "许", "梁", "贺", "邱", "孟", "潘", "柳", "田"),
}
LONGEST_WITHOUT_CASES = 6
"""Characters of a Chinese or Japanese name."""
_TOGETHER = (Language.JA, Language.ZH)
"""Languages that write the family name first and put no space between."""


def invented_name(language: Language, random: Random) -> str:
    given, family = random.choice(_GIVEN[language]), random.choice(_FAMILY[language])
    return f"{family}{given}" if language in _TOGETHER else f"{given} {family}"


def signed_name(text: str) -> str | None:
    """The name under a letter, when one of its last two lines is nothing but a name."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in reversed(lines[1:][-2:]) if _is_name(line)), None)


def _is_name(line: str) -> bool:
    words = line.split()
    letters = line.replace("-", "").replace("'", "").replace("’", "").replace(" ", "")
    if not letters.isalpha():
        return False
    has_cases = line[0].isupper() or line[0].islower()
    if not has_cases:
        return len(line) <= LONGEST_WITHOUT_CASES
    return 2 <= len(words) <= 5 and words[0][0].isupper() and words[-1][0].isupper() and _are_capitalised(words)


def _are_capitalised(words: list[str]) -> bool:
    particles = {"de", "del", "la", "da", "di", "van", "von", "der", "den", "y", "le"}
    return all(word[0].isupper() or word in particles for word in words)
