"""Whether a thing was done or is still to come: "will close" is not "has closed".

Told by the same verb in both texts: in one of them it stands after a word that puts it ahead (will, may, is going to), in the other
as what was done. In English, Spanish, Ukrainian and Russian by the verb's own forms; in German by the words that go with it. Who
says it is heard in the past as well ("said that it will"), so no other verb counts.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from shared.matching.words import plain, stem

AHEAD = frozenset("will shall ll may might could would should won't won’t wouldn't wouldn’t couldn't".split())  # noqa: SIM905
# Before "to": what is planned, promised or expected
BEFORE_TO = frozenset(
    """is are was were going plans plan planned planning set due expected expects about scheduled wants want wanted intends intend
    intended promises promise promised pledges pledged vows vowed hopes hoped aims aimed likely ready threatens threatened wishes
    proposes proposed""".split()  # noqa: SIM905
)
BETWEEN = frozenset("not be been have has had also soon all never again now only then get still being".split())  # noqa: SIM905
GOES_ON = frozenset("is are am be being isn't aren't isn’t aren’t to".split())  # noqa: SIM905
HELPING = frozenset("has have had was were been hasn't haven't hadn't wasn't weren't".split())  # noqa: SIM905
USED_FOR = frozenset("is are was were be been being get gets got getting become became".split())  # noqa: SIM905
PAST = frozenset("used once formerly previously past longer stopped did".split())  # noqa: SIM905
REACH = 4  # words between what puts a verb ahead and the verb
IRREGULAR = {
    past: forms.split()[0]
    for forms in """
    become became|begin began begun|bite bit bitten|break broke broken|bring brought|build built|buy bought|catch caught
    choose chose chosen|come came|cost|cut|deal dealt|die died|do did done|draw drew drawn|drive drove driven|eat ate eaten
    fall fell fallen|feed fed|fight fought|find found|fly flew flown|forbid forbade forbidden|forget forgot forgotten
    get got gotten|give gave given|go went gone|grow grew grown|hide hid hidden|hit|hold held|hurt|keep kept|lead led|leave left
    lend lent|lose lost|make made|meet met|pay paid|put|quit|ride rode ridden|rise rose risen|run ran|sell sold|send sent
    shake shook shaken|shoot shot|shut|sink sank sunk|speak spoke spoken|spend spent|split|spread|stand stood|steal stole stolen
    strike struck|swear swore sworn|take took taken|teach taught|throw threw thrown|wear wore worn|win won
    withdraw withdrew withdrawn|write wrote written""".replace("\n", "|").split("|")
    for past in forms.split()[1:] or forms.split()
}  # fmt: skip
ALIKE_IN_BOTH = frozenset("become come run cost cut hit hurt put quit shut split spread".split())  # noqa: SIM905

GERMAN_AHEAD = frozenset(
    "wird werden werde soll sollen will wollen würde würden könnte könnten dürfte dürften möchte möchten plant planen".split()  # noqa: SIM905
)
GERMAN_DONE = frozenset("hat haben hatte hatten wurde wurden worden".split())  # noqa: SIM905
GERMAN_PASSIVE = frozenset("wird werden".split())  # noqa: SIM905 - with a participle; with an infinitive they put ahead
# With one of these what "wird gesperrt" is still to come
GERMAN_WHEN = frozenset(
    """ab bald künftig zukünftig demnächst morgen nächste nächsten nächster nächstes kommende kommenden kommender kommendes montag
    dienstag mittwoch donnerstag freitag samstag sonnabend sonntag januar februar märz april mai juni juli august september oktober
    november dezember frühjahr frühling sommer herbst winter""".split()  # noqa: SIM905
)
GERMAN_PARTICIPLE = re.compile(r"(?:\w*ge\w{2,}t|\w{3,}iert)$")
GERMAN_SAID = frozenset(
    "gesagt erklärt mitgeteilt angekündigt berichtet betont behauptet geschrieben versprochen bestätigt gewarnt eingeräumt".split()  # noqa: SIM905
)

FRENCH_AHEAD = re.compile(
    r"(?:va|vont|veut|veulent|souhaite|souhaitent|compte|comptent|envisagent?|prévoi(?:t|ent)|promet|promettent"
    r"|pourrai(?:t|ent)|devrai(?:t|ent)|\w{2,}r(?:a|ont))$"
)
FRENCH_DONE = frozenset("a ont avait avaient".split())  # noqa: SIM905
FRENCH_PARTICIPLE = re.compile(r"\w*(?:é|i|u|is|it|rt)(?:e?s?)$")
FRENCH_SAID = frozenset(
    "annoncé déclaré affirmé indiqué expliqué assuré promis dit confirmé précisé rappelé prévenu écrit".split()  # noqa: SIM905
)
FRENCH_REACH = 2  # words between

# How verbs end in the future and in the past, the longest first
ENDINGS: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "es": (re.compile(r"(?:ar|er|ir)(?:á|án|é|emos)$"), re.compile(r"(?:aron|ieron|ado|ido|ió|ó)$")),
    "uk": (re.compile(r"(?:итимуть|атимуть|итиме|атиме|ить|ять|ать|ають|яють|ає|яє|ує)$"),
           re.compile(r"(?:ила|ило|или|ала|ало|али|яла|яли|ив|ав|яв|ував|увала|ували)$")),
    "ru": (re.compile(r"(?:ит|ят|ат|ает|ают|яет|яют)$"), re.compile(r"(?:ила|ило|или|ала|ало|али|яла|яли|ил|ал|ял)$")),
}  # fmt: skip
# After these an infinitive is still to come, in languages whose verbs tell it by their endings otherwise
_WANTING = {
    "es": """quiere quieren planea planean pretende pretenden propone proponen busca buscan va van podría podrían puede pueden
    debería deberían promete prometen prevé""",
    "uk": "хоче хочуть планує планують може можуть збирається збираються обіцяє обіцяють має мають намірений",
    "ru": "хочет хотят планирует планируют может могут собирается собираются обещает обещают намерен намерены",
}
WANTING = {language: frozenset(words.split()) for language, words in _WANTING.items()}
INFINITIVE = {
    "es": re.compile(r"(?:ar|er|ir)$"), "uk": re.compile(r"(?:увати|ити|ати|яти|іти)$"), "ru": re.compile(r"(?:ить|ать|ять|еть)$"),
}  # fmt: skip
ARABIC_AHEAD = re.compile(r"س[يتن](\w{3,}?)(?:ون)?$")
ARABIC_PRESENT = re.compile(r"[يتن](\w{3,}?)(?:ون)?$")
ARABIC_MAY = frozenset("قد سوف ربما تعتزم يعتزم تخطط يخطط تنوي ينوي".split())  # noqa: SIM905 - before a verb of the present
ARABIC_DONE = re.compile(r"^أ(?=\w{3})|(?:ت|وا)$")
SHORTEST_ROOT = 3  # letters
# Roots of verbs that tell who says it
SAYING = tuple("каз говор повідом заяв сообщ счита вваж дум anunci inform declar afirm prom".split())  # noqa: SIM905

Told = tuple[str, str]
Helpers = tuple[Sequence[str], Sequence[str]]  # what puts ahead, and what tells of the past


def untimely(ours: Sequence[str], theirs: Sequence[str], language: str) -> Told | None:
    """What is still to come in one text and was done in the other, as each says it. The words are those of a sentence each, in
    small letters."""
    if language in BY_HELPERS:
        read = BY_HELPERS[language]
        return _by_helpers(read(ours), read(theirs))
    if language == "en" and (told := _given_up(ours, theirs)):
        return told
    if language == "ar":
        return _arabic(ours, theirs)
    (ahead, done), (others_ahead, others_done) = _verbs(ours, language), _verbs(theirs, language)
    for first, second, turned in ((_only(ahead, done), _only(others_done, others_ahead), False),
                                  (_only(others_ahead, others_done), _only(done, ahead), True)):  # fmt: skip
        for verb, written in first.items():
            if verb in second:
                return (second[verb], written) if turned else (written, second[verb])
    return None


def _given_up(ours: Sequence[str], theirs: Sequence[str]) -> Told | None:
    """What one text says was once done ("used to smoke") and the other that it is done."""
    for one, other, turned in ((ours, theirs, False), (theirs, ours, True)):
        at = next((at for at in range(1, len(one) - 2) if tuple(one[at : at + 2]) == ("used", "to")), 0)
        if not at or one[at - 1] in USED_FOR or not PAST.isdisjoint(other):
            continue
        if one[at + 2] == "be" and (now := next((word for word in other if word in ("is", "are", "am")), None)):
            return (now, "used to be") if turned else ("used to be", now)
        verb, is_now = (
            _base(one[at + 2]),
            [word for word in other if word not in IRREGULAR and not word.endswith(("ed", "ing"))],
        )
        still = next((word for word in is_now if _base(word) == verb), None)
        if still:
            return (still, f"used to {one[at + 2]}") if turned else (f"used to {one[at + 2]}", still)
    return None


def _arabic(ours: Sequence[str], theirs: Sequence[str]) -> Told | None:
    """What will be done or may be, by the letter or the word before the verb, and was done, without the prefix of the present."""
    for one, other, turned in ((ours, theirs, False), (theirs, ours, True)):
        for before, ahead in pairwise(["", *one]):
            root = ARABIC_AHEAD.match(ahead) or (before in ARABIC_MAY and ARABIC_PRESENT.match(ahead)) or None
            done = next((word for word in other if root and ARABIC_DONE.sub("", word) == root[1]), None)
            if done and done not in one:
                return (done, ahead) if turned else (ahead, done)
    return None


def _only(verbs: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    return {verb: written for verb, written in verbs.items() if verb not in others}


def _verbs(words: Sequence[str], language: str) -> tuple[dict[str, str], dict[str, str]]:
    """The verbs of what is to come and of what was done, made alike, and as they are written."""
    if language == "en":
        return _english(words)
    if language not in ENDINGS:
        return {}, {}
    found: list[dict[str, str]] = []
    for ending in ENDINGS[language]:
        roots = {ending.sub("", word): word for word in words if ending.search(word)}
        found.append(
            {root: word for root, word in roots.items() if len(root) >= SHORTEST_ROOT and not root.startswith(SAYING)}
        )
    found[0] |= _wanted(words, language)
    return found[0], found[1]


def _wanted(words: Sequence[str], language: str) -> dict[str, str]:
    """The verbs of what somebody wants to do or may do, made alike, and as it is written."""
    wanting, ending = WANTING[language], INFINITIVE[language]
    found: dict[str, str] = {}
    for place, word in enumerate(words):
        if word in wanting:
            verbs = [one for one in words[place + 1 : place + 1 + REACH] if ending.search(one)]
            found |= {ending.sub("", verb): f"{word} {verb}" for verb in verbs}
    return {root: said for root, said in found.items() if len(root) >= SHORTEST_ROOT}


def _english(words: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    ahead: dict[str, str] = {}
    done: dict[str, str] = {}
    put_ahead: set[int] = set()
    for place, word in enumerate(words):
        if word in AHEAD or word.endswith(("'ll", "’ll")) or (word == "to" and words[max(0, place - 1)] in BEFORE_TO):
            at = place + 1
            while at < len(words) - 1 and at - place < REACH and (words[at] in BETWEEN or words[at].endswith("ly")):
                at += 1
            if at < len(words):
                put_ahead.add(at)
                ahead[_base(words[at])] = " ".join(words[place : at + 1])
    for place, word in enumerate(words):
        before = _helping(words, place)
        is_past = word in IRREGULAR if word not in ALIKE_IN_BOTH else before in HELPING
        if place in put_ahead or before in GOES_ON or not (is_past or (word.endswith("ed") and len(word) > 4)):
            continue
        done[_base(word)] = f"{before} {word}" if before in HELPING and before == words[place - 1] else word
    return ahead, done


def _helping(words: Sequence[str], place: int) -> str:
    """The word before a verb that says when, past what stands between."""
    at = place - 1
    while at > 0 and words[at] not in HELPING | GOES_ON and (words[at] in BETWEEN or words[at].endswith("ly")):
        at -= 1
    return words[at] if at >= 0 else ""


def _base(word: str) -> str:
    return stem(plain(IRREGULAR.get(word, word)), "en")


def _by_helpers(ours: Helpers, theirs: Helpers) -> Told | None:
    """By the words that go with a verb: the verb itself looks alike (wird entlassen, hat entlassen)."""
    (ahead, done), (others_ahead, others_done) = ours, theirs
    if ahead and others_done and not done and not others_ahead:
        return ahead[0], others_done[0]
    if done and others_ahead and not ahead and not others_done:
        return done[0], others_ahead[0]
    return None


def _german(words: Sequence[str]) -> Helpers:
    """What puts ahead and what tells of the past. What is being done to somebody (wird kritisiert) is neither, unless it is said
    when, nor is the past of a verb that tells who says so (hat mitgeteilt)."""
    ahead, done, is_timed = [], [], not GERMAN_WHEN.isdisjoint(words)
    for place, word in enumerate(words):
        rest = words[place + 1 :]
        if word in GERMAN_AHEAD and (is_timed or not (word in GERMAN_PASSIVE and _ends_in_participle(rest))):
            ahead.append(word)
        elif word in GERMAN_DONE and GERMAN_SAID.isdisjoint(rest[:REACH]):
            done.append(word)
    return ahead, done


def _ends_in_participle(words: Sequence[str]) -> bool:
    return bool(words and GERMAN_PARTICIPLE.match(words[-1]))


def _french(words: Sequence[str]) -> Helpers:
    """What puts ahead, by its ending or as it goes with a verb, and what tells of the past: "a fermé", but not "a annoncé"."""
    done = []
    for place, word in enumerate(words):
        following = words[place + 1 : place + 2 + FRENCH_REACH]
        verb = next((one for one in following if FRENCH_PARTICIPLE.match(one)), "") if word in FRENCH_DONE else ""
        if verb and FRENCH_SAID.isdisjoint(following):
            done.append(f"{word} {verb}")
    return [word for word in words if FRENCH_AHEAD.match(word)], done


BY_HELPERS: Mapping[str, Callable[[Sequence[str]], Helpers]] = {"de": _german, "fr": _french}
