"""Which language a text is in, by its script, its commonest words, and where they leave it open by how its words look. A guess, for
texts whose sender did not say; English is guessed where nothing speaks against it.

How words look is for py3langid to say. Its model is loaded when the first such text comes (half a second of a processor) and takes
about 45 MB in each process that guesses, and numpy; processes that are copied from one that called `load` share it.
"""

import re
import threading
from functools import cache, lru_cache
from typing import Any

from shared.matching.wordpiece import whole_words

SCRIPT_OF_CYRILLIC = re.compile("[\u0400-\u052f]")
SCRIPTS = (
    ("ar", re.compile("[\u0600-\u06ff\u0750-\u077f]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("zh", re.compile("[\u3400-\u9fff]")),
)
OF_PERSIAN = re.compile("[\u067e\u0686\u0698\u06af\u06cc]")
OF_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
OF_RUSSIAN = re.compile("[ыэёъЫЭЁЪ]")
LETTERS = re.compile(r"[^\W\d_]+")

# of no use where any word will do; where all of them have to be there, they do no harm
COMMON = {
    "en": """a about after all also am an and any are as at be because been but by can could did do does for from had has
        have he
        her him his how i if in into is it its just me my no not of on one or our out over said say says she
        so some
        such t s than that the their them then there these they this to up was we were what when where which while         will with
        would you your""",
    "de": """aber als am an auch auf aus bei bin bis bist da dass das dem den der des die doch dort du durch ein eine einem
        einen
        einer eines er es für hat hatte haben ich ihr ihre im in ist ja jetzt kann kein keine mehr mit nach nicht noch nur ob
        oder
        seit sich sie sind so um und unter uns von vom vor war waren was weil wenn wer werden wie wir wird wurde wurden zu zum zur
        über""",
    "es": """a al algo como con cuando de del desde donde dos el ella ellos en entre era es esa ese eso esta están este esto
        estos fue
        fueron ha hace han hasta hay la las le les lo los mas más me mi muy no nos o para pero por porque que qué quien quienes se
        ser si sin sobre son su sus también tiene todo todos un una uno unos y ya""",
    "fr": """a au aux avec ce ces cette dans de des du elle elles en est et été être il ils je la le les leur leurs lui mais ne
        nous on
        ont ou où par pas plus pour qu que qui sa se ses son sont sur un une vous y à""",
    "it": """a al alla anche che chi ci come con da dal dalla dei del della delle di e ed era gli ha hanno i il in la le lo ma nel
        nella non o per più quando questa questo se si sono su sul tra un una uno è""",
    "pt": """a ao aos as até com como da das de do dos e ela ele em era essa esse esta este eu foi foram há isso já mais mas me
        muito
        na não nas no nos o os ou para pela pelo por que quem se sem ser seu sua são também tem um uma é à""",
    "nl": """aan als bij dan dat de den der die dit door een en er geen had heb hebben heeft het hij hoe ik in is je kan maar
        me meer
        met mijn naar niet nog nu of om ook op over te tot uit van voor was wat we wel werd wie wij worden ze zich zijn zo""",
    "pl": """ale bo być był była było były co czy dla do gdy go i ich im ja jak jako jego jej jest już kto która które który
        ma mu na
        nad nie nim o od oraz po pod przez przy się są ta tak tam te tego tej ten to tu ty tym w we więc wszystko z za ze że""",
    "tr": """ama bir bu çok da daha de değil diye en gibi göre hem her için ile ise kadar ki mi mu mı ne o olan olarak oldu
        ol sonra
        şu var ve veya ya yok""",
    "uk": """а або але б без був була були було в ви від він вона вони воно все всі да де для до є ж за з зі й його її їх і
        із к коли
        ли на над не немає ні ним о об по про с так та там те ти то того той тому у хто це цей ця чи що щоб як який яка які""",
    "ru": """а без бы был была были было в вам вас весь во вот все вы где да для до его ее если есть же за и из или им их к
        как ко
        когда кто ли мы на над не него нет ни но о об он она они оно от по при с со так там то тоже только у уже что чтобы
        это""",
    "ar": """أو أن إن إلى التي الذي الذين الى ان او بعد بل بين ثم حتى حيث على عن عند غير في قد كان كانت كل كما لا لم لن له
        لها ما مع
        من منذ هذا هذه هل هناك هو هي و وقد وكان يكون""",
}  # fmt: skip
COMMON_WORDS = {language: frozenset(words.split()) for language, words in COMMON.items()}
CLEAR = 2  # by so many of its commonest words a language is known
# By so much, of the logarithm, another language has to be likelier than English: names look like any. By more, the more of the
# words are known in English, and by less where a letter is none of English.
EXPECTED, EXPECTED_IF_KNOWN, HARDLY_EXPECTED = 4.0, 10.0, 2.0
READ = 1_000  # characters of a text, the first
SHORT = 2  # letters of a word that says nothing of its language
LATIN = ("en", "de", "es", "fr", "it", "pt", "nl", "pl", "tr")
_turn = threading.Lock()  # so that a process loads the model once


def language_of(text: str, given: str | None = None) -> str:
    """The code of a text's language, such as `de`: of the tag (BCP 47) that was given with it, or guessed."""
    return (given or guess(text)).partition("-")[0].lower()


def guess(text: str) -> str:
    """The code of the language that a text is probably in."""
    return _guess(text[:READ])


@lru_cache(2_048)
def _guess(some: str) -> str:
    many = sum(map(len, LETTERS.findall(some))) or 1
    if len(SCRIPT_OF_CYRILLIC.findall(some)) > many * 0.4:
        return _cyrillic(some)
    for language, script in SCRIPTS:
        if len(script.findall(some)) > many * 0.4:
            return "fa" if language == "ar" and OF_PERSIAN.search(some) else language
    found = [word.lower() for word in LETTERS.findall(some)]
    counts = {language: sum(word in COMMON_WORDS[language] for word in found) for language in LATIN}
    first, second = sorted(counts.values())[:-3:-1]
    if first - second < CLEAR:
        return _by_looks(some, found)
    return max(counts, key=lambda language: counts[language])


def load() -> None:
    """Load what tells by how words look. Processes that are copied from this one share it."""
    _known()
    _english()


def _by_looks(text: str, found: list[str]) -> str:
    """By how the words look, where their commonest ones leave it open; `found` are the words in small letters."""
    likely = dict(_known().rank(text))
    likely["en"] += _expected(found)
    return max(LATIN, key=lambda language: likely[language])


def _expected(found: list[str]) -> float:
    """How much likelier English is beforehand."""
    if not all(word.isascii() for word in found):
        return HARDLY_EXPECTED
    some = [word for word in found if len(word) > SHORT] or found
    known = sum(word in _english() for word in some) / max(len(some), 1)
    return EXPECTED + (EXPECTED_IF_KNOWN - EXPECTED) * known


@cache
def _english() -> frozenset[str]:
    """The words of the English model's vocabulary; the commonest ones of other languages stand there, too, as parts of names."""
    foreign = frozenset[str]().union(*(COMMON_WORDS[other] for other in LATIN if other != "en"))
    return whole_words() - (foreign - COMMON_WORDS["en"])


def _known() -> Any:
    with _turn:
        return _identifier()


@cache
def _identifier() -> Any:
    """py3langid's, of our languages alone: what its model knows of 130 others would take 25 MB more."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    every = LanguageIdentifier.from_model_file(MODEL_FILE)
    every.set_languages(LATIN)
    automaton = every.tk_nextmove, every.tk_output
    return LanguageIdentifier(every.nb_ptc, every.nb_pc, every.nb_classes, *automaton, tk_row=every.tk_row)


def _cyrillic(text: str) -> str:
    ukrainian, russian = len(OF_UKRAINIAN.findall(text)), len(OF_RUSSIAN.findall(text))
    if ukrainian != russian:
        return "uk" if ukrainian > russian else "ru"
    words = [word.lower() for word in LETTERS.findall(text)]
    return max(("uk", "ru"), key=lambda language: sum(word in COMMON_WORDS[language] for word in words))


def telling(found: list[str], language: str) -> list[str]:
    """The plain words that say something by themselves, in their order. If none does, all."""
    common = COMMON_WORDS.get(language, frozenset())
    return [word for word in found if word not in common] or found
