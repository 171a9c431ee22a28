"""Whether a text affirms or denies: negations, and words that say the opposite of one another."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from shared.matching.languages import COMMON_WORDS
from shared.matching.words import plain, stem

SIGNS = r"(?:[^\W_]|[\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963])+"  # vowels of Hindi stand at their letter
WORD = re.compile(rf"{SIGNS}(?:[’'ʼ]{SIGNS})?")
DENYING = frozenset(
    """
    not no never none nobody nothing neither nor without cannot cant isnt arent wasnt werent dont doesnt didnt wont wouldnt
    hasnt
    havent hadnt couldnt shouldnt aint false falsely untrue fake hoax myth denies denied deny denying refutes refuted debunked
    fails failed refuses refused lacks lacked lack hardly unable impossible
    nicht kein keine keinen keiner keinem keinerlei nie niemals ohne niemand niemanden niemandem nirgends nirgendwo weder
    bestreitet bestreiten bestritt bestritten dementiert dementieren dementierte dementierten leugnet leugnen leugnete
    nunca jamás ningún ninguna ninguno sin nadie tampoco niega niegan negó negaron desmiente desmienten desmintió desmintieron
    non nessuno nessuna senza não nenhum nenhuma ninguém niet geen nooit zonder
    не ні ніколи без немає нема жоден жодного жодна жодної жодні ніхто нікого нічого ніде заперечує заперечують заперечив
    заперечила заперечили спростовує спростовують спростував спростувала спростували нет никогда никто никого ничего нигде
    отрицает отрицают отрицал отрицала отрицали опроверг опровергла опровергли опровергает ليس لا لم لن غير بدون ليست नहीं बिना
    """.split()  # noqa: SIM905
)
SHORT = re.compile(r"(?:n[’'ʼ]t)$", re.I)
# French says it twice (ne ... pas), and in headlines once; its words mean other things elsewhere
FRENCH = frozenset("ne pas aucun aucune jamais rien nul nulle sans ni nie nient dément démentent".split())  # noqa: SIM905
FRENCH_SHORT = re.compile(r"^n[’'ʼ]\w")
AGREEING = frozenset(
    {"es", "fr", "it", "pt", "pl", "uk", "ru"}
)  # "no lo dijo nadie": denied once, however often it is said

OPPOSITES: tuple[tuple[str, str], ...] = (
    ("rise rises rose risen rising increase increases increased increasing grow grows grew grown growing climb climbs "
    "climbed soar "
     "soars soared up higher raise raises raised raising gain gains gained jumped surged expand expanded expands",
     "fall falls fell fallen falling decrease decreases decreased decreasing decline declines declined declining drop drops "
     "dropped "
     "dropping shrink shrinks shrank shrunk down lower lowers lowered cut cuts cutting plunged plummeted lose loses lost "
     "reduce "
     "reduces reduced reducing contract contracted contracts"),
    ("more most greater above over bigger larger exceed exceeds exceeded", "less fewer least below under smaller"),
    ("more most greater bigger larger", "less fewer least smaller"),
    ("before", "after"),
    ("win wins won winning", "lose loses lost losing"),
    ("open opens opened opening reopen reopens reopened", "close closes closed closing shut shuts"),
    ("allow allows allowed permit permits permitted legal legalised legalized lets",
    "ban bans banned forbid forbids forbidden forbade prohibit "
     "prohibits prohibited illegal outlaw outlawed outlaws bar barred block blocked blocks"),
    ("support supports supported backs backed back endorse endorses endorsed favor favors favored favour favours favoured for",
     "oppose opposes opposed rejects rejected reject against"),
    ("approve approves approved accept accepts accepted passed passes pass sign signs signed ratified ratifies",
    "reject rejects rejected veto vetoes vetoed refuse "
     "refused refuses"),
    ("safe harmless safer", "dangerous unsafe harmful deadly"),
    ("true real genuine authentic", "false fake fabricated untrue staged"),
    ("guilty convicted sentenced jailed imprisoned", "innocent acquitted cleared"),
    ("alive survived survives survive", "dead died dies killed"),
    ("all every everyone always", "none some few sometimes"),
    ("first", "last"),
    ("start starts started begin begins began started launch launches launched",
    "end ends ended stop stops stopped finish finished"),
    ("arrive arrives arrived enter entered enters join joined joins", "leave leaves left exit exited exits quit quits"),
    ("cause causes caused", "prevent prevents prevented cure cures cured"),
    ("hire hires hired appoint appointed appoints", "fire fires fired sacked dismiss dismissed"),
    ("hottest warmest warmer hotter warm hot", "coldest cooler colder cold cool"),
    ("buy buys bought", "sell sells sold"),
    ("import imports imported", "export exports exported"),
    ("highest best most", "lowest worst least"),
    ("male man men boy boys", "female woman women girl girls"),
    ("majority", "minority"),
    ("older oldest elder", "younger youngest"),
    ("north northern", "south southern"),
    ("east eastern", "west western"),
    ("increase", "decrease"),
    ("maximum", "minimum"),
    ("married", "divorced"),
    ("public", "private"),
    ("tighten tightened tightens strengthen strengthened", "loosen loosened loosens weaken weakened relax relaxed"),
    ("success succeeded succeed successful", "failure"),
    ("vaccinated", "unvaccinated"),
    ("with", "without"),
    ("confirmed confirms admitted admits", "denied denies"),
    ("uphold upholds upheld affirmed", "overturn overturns overturned struck quashed annulled reversed revoked"),
    ("founded founds established created creates built builds", "dissolved dissolves disbanded abolished demolished destroyed"),
    ("hired recruited employed", "laid sacked"),
    ("resign resigned resigns quit quits leave leaves left exit", "stay stays stayed remain remains remained"),
    ("include includes included including", "exclude excludes excluded excluding"),
    ("accelerate accelerates accelerated faster fastest quickly", "slow slows slowed slower slowest slowly"),
    ("widen widens widened wider", "narrow narrows narrowed narrower"),
    ("longer longest", "shorter shortest"),
    ("earlier", "later"),
    ("cheap cheaper cheapest", "expensive pricey pricier dearer costly costlier"),
    ("better", "worse"),
    ("stronger strongest", "weaker weakest"),
    ("richer richest rich", "poorer poorest poor"),
    ("arrested arrests detained jailed", "released releases freed"),
    ("mandatory compulsory", "voluntary optional"),
    ("agree agrees agreed", "disagree disagrees disagreed"),
    ("lend lends lent", "borrow borrows borrowed"),
    ("present", "absent"),
    ("urban", "rural"),
    ("domestic", "foreign"),
    # German, Spanish, French, Ukrainian, Russian, Arabic
    ("steigt steigen stieg stiegen gestiegen erhöht erhöhen erhöhte wächst wuchs gewachsen sube suben subió subieron "
     "subirá subirán aumenta aumentan aumentó aumentaron aumentará crece creció зросла зросло зросли зріс зросте "
     "зростає augmente augmentent augmenté augmentera augmenteront monte montent hausse підвищить підвищив підвищила "
     "підвищили збільшив збільшила збільшить вырос выросла выросли вырастет "
     "повысил повысила повысит",
     "sinkt sinken sank sanken gesunken senkt senken senkte gesenkt fällt fiel gefallen schrumpft baja bajan bajó "
     "bajaron bajará bajarán reduce redujo reducirá cae cayó cayeron caerá disminuye disminuyó впала впало впали "
     "впаде baisse baissent baissé baissera baisseront diminue diminuent diminué recule chute знизить знизив знизила "
     "знизили зменшив зменшила зменшить упал упала упали упадёт снизил снизила снизит"),
    ("öffnet öffnen öffnete geöffnet eröffnet abre abrió abrirá abrieron reabre ouvre ouvrent ouvert ouverte ouvrira "
     "ouvriront rouvre відкрили відкриють відкрито відкрив відкрила відкриє открыл открыла "
     "откроет",
     "schließt schließen schloss geschlossen cierra cerró cerrará cerraron ferme ferment fermé fermée fermera fermeront "
     "закрили закриють закрито закрив закрила закриє закрыл закрыла закроет"),
    ("erlaubt erlauben erlaubte zugelassen permite permitió permitirá autorise autorisent autorisé autorisée autorisera "
     "permet дозволили дозволять дозволено дозволив дозволила дозволить разрешил "
     "разрешила разрешит",
     "verbietet verbieten verbot verboten prohíbe prohibió prohibirá interdit interdits interdite interdisent interdira "
     "заборонили заборонять заборонено заборонив заборонила заборонить запретил "
     "запретила запретит"),
    ("mehr más більше больше",
     "weniger menos менше меньше"),
    ("gewinnt gewann gewonnen gana ganó ganará gagne gagné gagnera виграли виграв виграла виграє выиграл выиграла",
     "verliert verlor verloren pierde perdió perderá perd perdu perdra програли програв програла програє проиграл проиграла"),
    ("kauft kaufte gekauft compra compró comprará achète achètent acheté achètera купили куплять купив купила купить купил",
     "verkauft verkaufte verkaufen vende vendió venderá vend vendent vendu vendra продали продадуть продав продала "
     "продасть продал"),
    ("importiert importierte importa importó importe importent importé імпортує імпортував",
     "exportiert exportierte exporta exportó exporte exportent exporté експортує експортував"),
    ("höher höhere höheren größer größere größeren mayor mayores superior superiores supérieur supérieure supérieurs supérieures "
     "вищий вища вище вищі більший більша більші выше أعلى أكبر",
     "niedriger niedrigere niedrigeren kleiner kleinere kleineren menor menores inferior inferiores inférieur inférieure "
     "inférieurs inférieures нижчий нижча нижче нижчі менший менша менші ниже أدنى أصغر"),
    ("plus أكثر", "moins أقل"),
    ("teurer teurere caro cara caros caras cher chère chers chères дорожчий дорожча дорожче дорожчі дороже أغلى",
     "billiger günstiger günstigere barato barata baratos baratas дешевший дешевша дешевше дешевші дешевле أرخص"),
    ("besser bessere besseren mejor mejores meilleur meilleure meilleurs mieux кращий краща краще кращі лучше أفضل",
     "schlechter schlechtere schlechteren peor peores pire pires гірший гірша гірше гірші хуже أسوأ"),
    ("älter ältere älteren старший старша старші старше", "jünger jüngere jüngeren молодший молодша молодші молодше моложе"),
    ("schneller schnellere швидше быстрее أسرع", "langsamer langsamere повільніше медленнее أبطأ"),
    ("länger längere довший довша довше дольше أطول", "kürzer kürzere коротший коротша коротше короче أقصر"),
    ("stärker stärkere сильніший сильніша сильніше сильнее أقوى", "schwächer schwächere слабший слабша слабше слабее أضعف"),
    ("befürwortet befürworten befürwortete unterstützt unterstützen unterstützte genehmigt genehmigte begrüßt apoya apoyan apoyó "
     "respalda respaldó aprueba aprobó aprobaron soutient soutiennent soutenu approuve approuvé adopte adopté підтримує підтримав "
     "підтримала підтримали схвалив схвалила схвалили ухвалив ухвалила ухвалили поддержал поддержала одобрил одобрила أيد أيدت "
     "وافق وافقت",
     "lehnt ablehnt ablehnen abgelehnt rechaza rechazan rechazó rechazaron rejette rejettent rejeté відхилив відхилила відхилили "
     "відкинув відкинула отклонил отклонила отверг отвергла رفض رفضت"),
    ("verurteilt condenado condenada condamné condamnée засудили засуджено осудили أدين أدينت",
     "freigesprochen absuelto absuelta acquitté acquittée relaxé виправдали виправдано оправдали برئ برئت"),
    ("überlebt überlebte überlebten sobrevive sobrevivió survécu вижив вижила вижили выжил выжила نجا نجت",
     "starb starben gestorben tot getötet murió murieron fallecido falleció mort morts morte décédé décédée загинув загинула "
     "загинули помер померла погиб погибла умер умерла قتل قتلت توفي توفيت مات ماتت"),
    ("beginnt begann begonnen startet startete empieza empezó comienza comenzó commence commencé débute débuté почав почала почали "
     "розпочав розпочала начал начала بدأ بدأت",
     "endet endete beendet beendete termina terminó finaliza finalizó termine terminé завершив завершила завершили закінчив "
     "закінчила закончил закончила завершил انتهى انتهت"),
    ("antes avant перед قبل vor", "después après після после بعد nach"),
    ("because owing due wegen aufgrund dank debido через بسبب",
     "despite notwithstanding trotz pese malgré попри всупереч незважаючи несмотря رغم"),
    ("ارتفع ارتفعت يرتفع ترتفع زاد زادت", "انخفض انخفضت ينخفض تنخفض تراجع تراجعت هبط هبطت"),
    ("बढ़ा बढ़ी बढ़े बढ़ उछाल वृद्धि", "घटा घटी घटे घट गिरावट कमी"),
    ("فتح فتحت افتتح يفتح تفتح", "أغلق أغلقت يغلق تغلق"),
    ("سمح سمحت يسمح تسمح أجاز أجازت", "منع منعت يمنع تمنع حظر حظرت يحظر تحظر"),
    ("فاز فازت يفوز تفوز", "خسر خسرت يخسر تخسر"),
    ("اشترى اشترت يشتري تشتري", "باع باعت يبيع تبيع"),
)  # fmt: skip
SIDES: dict[str, list[tuple[int, int]]] = {}
for group, sides in enumerate(OPPOSITES):
    for side, words in enumerate(sides):
        for word in words.split():
            SIDES.setdefault(word, []).append((group, side))


BANNING = frozenset(
    """ban bans banned forbid forbids forbade forbidden prohibit prohibits prohibited outlaws
    verboten verbietet verbieten verbot untersagt prohibido prohibida prohibidos prohibidas prohíbe prohibió interdit interdite
    interdits interdites interdisent заборонено заборонена заборонений заборонив заборонила заборонили заборонить
    запрещено запрещена запрещён запретил запретила запретили ممنوع ممنوعة محظور محظورة""".split()  # noqa: SIM905
)
# What may not be done is banned: a denial beside one of these. In English "not" alone says so
MAY = frozenset(
    """dürfen darf durften durfte erlaubt puede pueden podrá podrán permite peut peuvent pourra pourront може можуть можна можно
    может могут يجوز يسمح يمكن""".split()  # noqa: SIM905
)
WHOLLY = frozenset(
    """false falsely untrue fake hoax myth denies denied deny denying refutes refuted debunked impossible
    bestreitet bestreiten bestritt bestritten dementiert dementieren dementierte dementierten leugnet leugnen leugnete
    niega niegan negó negaron desmiente desmienten desmintió desmintieron nie nient dément démentent
    заперечує заперечують заперечив заперечила заперечили спростовує спростовують спростував спростувала спростували
    отрицает отрицают отрицал отрицала отрицали опроверг опровергла опровергли опровергает""".split()  # noqa: SIM905
)
GIVEN_UP = frozenset("drop drops dropped abandon abandons abandoned scrapped shelved cancelled canceled".split())  # noqa: SIM905
ADVISING = frozenset(
    "advise advises advised advising recommend recommends recommended decide decides decided".split()  # noqa: SIM905
)
FAILING = frozenset({"fail", "fails", "failed"})  # to do it: who fails a test denies nothing
PLANS = frozenset("plan plans bid attempt attempts intention idea effort efforts".split())  # noqa: SIM905
ENDED = frozenset("stop stops stopped cease ceases ceased halt halts halted end ends ended".split())  # noqa: SIM905
REACH = 4  # telling words that a "not" is about
ENGLISH_NOT = re.compile(
    r"^(?:not|no|never|nobody|none|nothing|neither|cannot|without|nor|lacks?|lacked|fail(?:s|ed)|refuse[sd]|unable|hardly|\w*n[’'ʼ]?t)$"
)


# What is no citizen is said of nobody else, and who cannot wait denies nothing
NO_DENIAL = re.compile(r"\bnon-(?=\w)|\bcan(?:[’'ʼ]?t|not) wait\b", re.I)


# How a question begins that nobody ends with a sign
ASKING = re.compile(
    r"\W*(?:(?:is|are|was|were|do|does|did|can|could|will|has|have|had|should|may|must) "
    r"(?:you|we|they|i|it|he|she|there|the|a|an|this|these|that|any|people)\b"
    r"|is it true|if it is true|whether|stimmt es|ist es wahr|es verdad|est-ce|чи\b|هل\b)",
    re.I,
)


class Denial(NamedTuple):
    """A word that denies, and the words that it may be about, made alike; none if it may be about all. The first of them it is
    about in any case."""

    word: str
    about: frozenset[str]
    first: str = ""


def denials(text: str, language: str) -> list[Denial]:
    """The words of a text that deny."""
    found = [word.lower() for word in WORD.findall(NO_DENIAL.sub(" ", text))]
    kept, is_french = [], language == "fr"
    for place, word in enumerate(found):
        if is_french and (word in FRENCH or FRENCH_SHORT.match(word)):
            kept.append(Denial(word, frozenset()))
        elif SHORT.search(word) or word.replace("’", "").replace("'", "") in DENYING:
            following = found[place + 1] if place + 1 < len(found) else ""
            if not (word in FAILING and following != "to") and not (
                word in ("no", "not") and following in ("only", "just")
            ):
                about = _about(found, place)
                kept.append(Denial(word, frozenset(about), *about[:1]))
        elif word in ENDED and found[place + 1 : place + 2] and found[place + 1].endswith("ing"):
            kept.append(Denial(word, frozenset(_told(found, place))))  # who stopped paying does not pay
        elif word == "against" and found[max(0, place - 1)] in ADVISING:
            kept.append(Denial(word, frozenset(_told(found, place))))
        elif word in GIVEN_UP and (
            plan := next((at for at in range(place + 1, place + 4) if found[at : at + 1] and found[at] in PLANS), 0)
        ):
            kept.append(Denial(word, frozenset(_told(found, plan))))
    return kept


def is_denied(words: Sequence[str], language: str) -> bool:
    """Whether words that deny, taken together, do so: who denies that it is not so says that it is."""
    wholly = sum(word in WHOLLY for word in words)
    rest = len(words) - wholly
    return (wholly + (min(rest, 1) if language in AGREEING else rest)) % 2 == 1


def asks(text: str) -> bool:
    """Whether a sentence asks whether something is so: it neither says it nor denies it."""
    return text.rstrip(" \"'»”").endswith(("?", "؟")) or ASKING.match(text) is not None


def _about(words: Sequence[str], place: int) -> list[str]:
    """What a denial is about: the next words, for English ones; where none follows that tells anything, all."""
    if words[place] in WHOLLY or not ENGLISH_NOT.match(words[place]):
        return []
    return _told(words, place)


def _told(words: Sequence[str], place: int) -> list[str]:
    """The next words that tell anything."""
    following = [word for word in words[place + 1 :] if word not in COMMON_WORDS["en"]]
    return [alike(word) for word in following[:REACH]]


@lru_cache(16_384)
def alike(word: str) -> str:
    """A word by its stem, for comparing."""
    return stem(plain(word), "en")


def _sides(word: str) -> Sequence[tuple[int, int]]:
    """On which sides of which opposites a word stands; `allowing` as `allow`."""
    known = SIDES.get(word, [])
    return known or (SIDES.get(alike(word), []) if word.endswith("ing") else [])


# Words of many uses: they say the opposite only beside the same word
LOOSE = frozenset("up down for against back vor nach".split())  # noqa: SIM905


def _in_one_place(one: str, ours: Sequence[str], other: str, theirs: Sequence[str]) -> bool:
    if one not in LOOSE or other not in LOOSE:
        return True
    mine, at = ours.index(one), theirs.index(other)
    before, after = (alike(ours[mine - 1]) if mine else "", alike(ours[mine + 1]) if mine + 1 < len(ours) else "")
    return bool(before and at and before == alike(theirs[at - 1])) or bool(
        after and at + 1 < len(theirs) and after == alike(theirs[at + 1])
    )


UNDOING = ("un", "non", "dis", "in", "im", "il", "ir")
SAME_UNDONE = frozenset("invaluable inflammable unravelled unloosened disannulled".split())  # noqa: SIM905
LIKE_ADJECTIVES = re.compile(r"(?:able|ible|ent|ant|ate|ive|al|ar|ct|[ltr]y|ed|ful|est)$")
SHORTEST_UNDONE = 5  # letters


def _undone(words: Sequence[str], others: Sequence[str]) -> list[tuple[str, str]]:
    """Words that are others with a beginning that turns them round: unlikely and likely, illegal and legal."""
    there, found = set(others), []
    for one in words:
        for beginning in UNDOING:
            other = one[len(beginning) :]
            is_turned = other in there and one.startswith(beginning) and one not in SAME_UNDONE
            if is_turned and len(other) >= SHORTEST_UNDONE and LIKE_ADJECTIVES.search(other):
                found.append((one, other))
    return found


def opposed(ours: Iterable[str], theirs: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of words, one of each text alone, that say the opposite."""
    first, second = list(ours), list(theirs)
    alone = [one for one in dict.fromkeys(first) if one not in second]
    others = [one for one in dict.fromkeys(second) if one not in first]
    found = _undone(alone, others) + [(ours, theirs) for theirs, ours in _undone(others, alone)]
    seen: set[int] = set()
    for one in alone:
        for group, side in _sides(one):
            if group in seen or any((group, side) in _sides(other) for other in second):
                continue
            against = [
                other
                for other in others
                if (group, 1 - side) in _sides(other) and _in_one_place(one, first, other, second)
            ]
            if against and not any((group, 1 - side) in _sides(other) for other in first):
                found.append((one, against[0]))
                seen.add(group)
    return found
