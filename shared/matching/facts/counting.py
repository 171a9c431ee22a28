"""Numbers and measures in other languages, read as the English words that `units` knows: `fünfzehn Jahre` is `fifteen years`.

By language, because words are shared by chance: Spanish `once` is eleven, French `sept` is no month.
"""

import re

MOST_DIGITS = 60  # of a number: what is longer measures nothing
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
    "pt": """dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito dezenove
    vinte trinta quarenta cinquenta sessenta setenta oitenta noventa""",
    "hi": """दो तीन चार पांच छह सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस बीस तीस चालीस पचास साठ सत्तर अस्सी
    नब्बे""",
}
# What "2024 року" has is no measure but a year's own word: it is left out, as is `года`
_MEASURES = {
    "de": """minutes:minuten hour:stunde hours:stunden day:tag days:tage,tagen week:woche weeks:wochen month:monat
    months:monate,monaten year:jahr years:jahre,jahren decades:jahrzehnte,jahrzehnten centimetres:zentimeter litres:liter
    tonnes:tonnen hectares:hektar half:hälfte two:zwo twice:doppelt,zweimal thrice:dreimal
    francs:franken pounds:pfund kroner:kronen rubles:rubel first:erste,ersten,erster,erstes second:zweite,zweiten,zweiter,zweites
    third:dritte,dritten,dritter,drittes fourth:vierte,vierten,vierter,viertes fifth:fünfte,fünften,fünfter,fünftes
    sixth:sechste,sechsten,sechster seventh:siebte,siebten,siebter eighth:achte,achten,achter ninth:neunte,neunten,neunter
    tenth:zehnte,zehnten,zehnter""",
    "es": """minutes:minutos hour:hora hours:horas day:día days:días week:semana weeks:semanas month:mes months:meses year:año
    years:años decades:décadas metres:metros kilometres:kilómetros centimetres:centímetros millimetres:milímetros litres:litros
    tonnes:toneladas hectares:hectáreas half:mitad dollar:dólar dollars:dólares pounds:libras francs:francos rubles:rublos
    first:primero,primera,primer second:segundo,segunda third:tercero,tercera,tercer fourth:cuarto,cuarta fifth:quinto,quinta
    sixth:sexto,sexta seventh:séptimo,séptima eighth:octavo,octava ninth:noveno,novena tenth:décimo,décima""",
    "fr": """hour:heure hours:heures day:jour days:jours week:semaine weeks:semaines months:mois years:ans,années
    decades:décennies metres:mètres kilometres:kilomètres centimetres:centimètres millimetres:millimètres half:moitié
    million:million,millions billion:milliard,milliards thousand:mille first:premier,première second:deuxième
    third:troisième fourth:quatrième fifth:cinquième sixth:sixième seventh:septième eighth:huitième ninth:neuvième tenth:dixième""",
    "uk": """minutes:хвилин,хвилини hours:годин,години days:днів,дні weeks:тижнів,тижні months:місяців,місяці years:років,роки
    centimetres:сантиметрів,сантиметри litres:літрів,літри hectares:гектарів,гектари half:половина,половину
    twice:вдвічі,двічі thrice:втричі,тричі dollars:долар,долари,доларів euros:євро pounds:фунт,фунти,фунтів
    hryvnias:гривня,гривні,гривень,грн rubles:рубль,рублі,рублів first:перший,перша,перше,першого,першу,першій
    second:другий,друга,друге,другого,другу,другій third:третій,третя,третє,третього,третю
    fourth:четвертий,четверта,четверте,четвертого
    fifth:п'ятий,п'ята,п'яте,п'ятого,п'яту""",
    "ru": """minutes:минут,минуты hours:часов,часа days:дней,дня weeks:недель,недели months:месяцев,месяца years:лет
    metres:метров,метра kilometres:километров,километра centimetres:сантиметров,сантиметра litres:литров,литра tonnes:тонн,тонны
    hectares:гектаров,гектара half:половина,половину twice:вдвое,дважды thrice:втрое,трижды thousand:тысяч,тысячи,тыс
    million:миллион,миллиона,миллионов billion:миллиард,миллиарда,миллиардов percent:процент,процента,процентов
    dollars:доллар,доллара,долларов euros:евро
    rubles:рубль,рубля,рублей hryvnias:гривна,гривны,гривен first:первый,первая,первое,первого,первую,первой
    second:второй,вторая,второе,второго,вторую third:третий,третья,третье,третьего,третью fourth:четвёртый,четвертая,четвертое
    fifth:пятый,пятая,пятое,пятого,пятую""",
    "pt": """hours:horas day:dia days:dias week:semana weeks:semanas months:meses year:ano years:anos metres:metros
    kilometres:quilômetros,quilómetros tonnes:toneladas hectares:hectares half:metade dollars:dólares dollar:dólar
    million:milhão,milhões billion:bilhão,bilhões thousand:mil two:duas fourteen:quatorze percent:porcento
    first:primeiro,primeira second:segundo,segunda third:terceiro,terceira""",
    "hi": """five:पाँच six:छः half:आधे,आधा,आधी thousand:हज़ार,हजार hundred:सौ lakh:लाख crore:करोड़ rupees:रुपये,रुपए,रुपया
    percent:प्रतिशत,फीसदी,फ़ीसदी days:दिन,दिनों years:साल,वर्ष hours:घंटे,घंटों kilometres:किलोमीटर""",
    "ar": """two:اثنان,اثنين three:ثلاثة,ثلاث four:أربعة,أربع five:خمسة,خمس
    six:ستة,ست seven:سبعة,سبع
    eight:ثمانية,ثماني nine:تسعة,تسع ten:عشرة,عشر twenty:عشرون,عشرين thirty:ثلاثون,ثلاثين forty:أربعون,أربعين
    fifty:خمسون,خمسين sixty:ستون,ستين seventy:سبعون,سبعين eighty:ثمانون,ثمانين ninety:تسعون,تسعين half:نصف
    tonnes:طن,أطنان kilometres:كيلومتر,كيلومترا,كيلومترات metres:متر,مترا,أمتار hours:ساعة,ساعات days:يوم,يوما,أيام
    years:سنة,سنوات,أعوام dollars:دولار,دولارات,دولارا euros:يورو first:الأول,الأولى second:الثاني,الثانية third:الثالث,الثالثة
    fourth:الرابع,الرابعة fifth:الخامس,الخامسة sixth:السادس,السادسة seventh:السابع,السابعة eighth:الثامن,الثامنة ninth:التاسع
    tenth:العاشر,العاشرة""",
}


def _read_as(language: str) -> dict[str, str]:
    read = dict(zip(_IN_WORDS[language].split(), _NUMBERS, strict=True)) if language in _IN_WORDS else {}
    for english, words in (one.split(":") for one in _MEASURES[language].split()):
        read |= dict.fromkeys(words.split(","), english)
    return read


READ_AS = {language: _read_as(language) for language in _MEASURES} | {
    "en": {"mil": "million", "yr": "year", "yrs": "years", "hr": "hour", "hrs": "hours", "mins": "minutes", "wks": "weeks"},
}  # fmt: skip
# How numbers are said in any of these languages: none of these words is a name because it is written large
NUMBER_WORDS = {language: words.split() for language, words in _IN_WORDS.items()}
COUNTING = frozenset().union(*NUMBER_WORDS.values())
# German measures and ranks, which are written large
MEASURES = READ_AS["de"].keys()
NOTHING: dict[str, str] = {}


def in_english(word: str, language: str) -> str:
    """A word in small letters, as it is said in English if it counts or measures."""
    return READ_AS.get(language, NOTHING).get(word.replace("’", "'").replace("ʼ", "'"), word)


def value_of(digits: str) -> tuple[float, float]:
    """How much digits are, and half of what the last one is worth."""
    plain = re.sub(r"[,'’\u00a0\u202f](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")[:MOST_DIGITS]
    if "." in plain:
        return float(plain), 0.5 * 10 ** -len(plain.partition(".")[2])
    zeros = len(plain) - len(plain.rstrip("0"))
    return float(plain), 0.5 * 10 ** min(zeros, len(plain) - 1)
