"""Numbers and measures in other languages, read as the English words that `units` knows: `fünfzehn Jahre` is `fifteen years`.

By language, because words are shared by chance: Spanish `once` is eleven, French `sept` is no month.
"""

_NUMBERS = """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty thirty forty fifty sixty seventy eighty ninety""".split()  # noqa: SIM905
_IN_WORDS = {
    "de": """zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn
    neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig""",
    "es": """dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho
    diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa""",
    "fr": """deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf
    vingt trente quarante cinquante soixante soixante-dix quatre-vingt quatre-vingt-dix""",
    "uk": """два три чотири п'ять шість сім вісім дев'ять десять одинадцять дванадцять тринадцять чотирнадцять п'ятнадцять
    шістнадцять сімнадцять вісімнадцять дев'ятнадцять двадцять тридцять сорок п'ятдесят шістдесят сімдесят вісімдесят
    дев'яносто""",
    "ru": """два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать
    шестнадцать семнадцать восемнадцать девятнадцать двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят
    девяносто""",
}
# What "2024 року" has is no measure but a year's own word: it is left out, as is `года`
_MEASURES = {
    "de": """minutes:minuten hour:stunde hours:stunden day:tag days:tage,tagen week:woche weeks:wochen month:monat
    months:monate,monaten year:jahr years:jahre,jahren decades:jahrzehnte,jahrzehnten centimetres:zentimeter litres:liter
    tonnes:tonnen hectares:hektar half:hälfte two:zwo twice:doppelt,zweimal thrice:dreimal""",
    "es": """minutes:minutos hour:hora hours:horas day:día days:días week:semana weeks:semanas month:mes months:meses year:año
    years:años decades:décadas metres:metros kilometres:kilómetros centimetres:centímetros millimetres:milímetros litres:litros
    tonnes:toneladas hectares:hectáreas half:mitad""",
    "fr": """hour:heure hours:heures day:jour days:jours week:semaine weeks:semaines months:mois years:ans,années
    decades:décennies metres:mètres kilometres:kilomètres centimetres:centimètres millimetres:millimètres half:moitié
    million:million,millions billion:milliard,milliards thousand:mille""",
    "uk": """minutes:хвилин,хвилини hours:годин,години days:днів,дні weeks:тижнів,тижні months:місяців,місяці years:років,роки
    centimetres:сантиметрів,сантиметри litres:літрів,літри hectares:гектарів,гектари half:половина,половину
    twice:вдвічі,двічі thrice:втричі,тричі""",
    "ru": """minutes:минут,минуты hours:часов,часа days:дней,дня weeks:недель,недели months:месяцев,месяца years:лет
    metres:метров,метра kilometres:километров,километра centimetres:сантиметров,сантиметра litres:литров,литра tonnes:тонн,тонны
    hectares:гектаров,гектара half:половина,половину twice:вдвое,дважды thrice:втрое,трижды thousand:тысяч,тысячи,тыс
    million:миллион,миллиона,миллионов billion:миллиард,миллиарда,миллиардов percent:процент,процента,процентов""",
}


def _read_as(language: str) -> dict[str, str]:
    read = dict(zip(_IN_WORDS[language].split(), _NUMBERS, strict=True))
    for english, words in (one.split(":") for one in _MEASURES[language].split()):
        read |= dict.fromkeys(words.split(","), english)
    return read


READ_AS = {language: _read_as(language) for language in _IN_WORDS} | {
    "en": {"mil": "million", "yr": "year", "yrs": "years", "hr": "hour", "hrs": "hours", "mins": "minutes", "wks": "weeks"},
}  # fmt: skip
NOTHING: dict[str, str] = {}


def in_english(word: str, language: str) -> str:
    """A word in small letters, as it is said in English if it counts or measures."""
    return READ_AS.get(language, NOTHING).get(word.replace("’", "'").replace("ʼ", "'"), word)
