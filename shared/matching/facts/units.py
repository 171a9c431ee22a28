"""What numbers count and how they are said: words for numbers, units with their worth, currencies, the calendar."""

import re

CALENDAR = frozenset({"year", "month", "day", "weekday", "decade", "season", "hour"})
CONVERTED = frozenset({"length", "mass", "volume", "area", "temperature", "duration", "speed"})

ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen
nineteen""".split()  # noqa: SIM905
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9,
    "tn": 1e12, "lakh": 1e5, "crore": 1e7, "hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9,
    "trillions": 1e12,
    "millionen": 1e6, "milliarden": 1e9, "milliarde": 1e9, "tausend": 1e3, "hundert": 1e2, "millón": 1e6, "millones": 1e6,
    "mil": 1e3, "тисяч": 1e3, "тисячі": 1e3, "тис": 1e3, "мільйон": 1e6, "мільйонів": 1e6, "мільйони": 1e6, "млн": 1e6,
    "мільярд": 1e9, "мільярдів": 1e9, "мільярди": 1e9, "млрд": 1e9, "مليون": 1e6, "مليار": 1e9, "ألف": 1e3, "آلاف": 1e3,
}  # fmt: skip
WORDS = {word: float(value) for value, word in enumerate(ONES)} | {word: float(value) for word, value in TENS.items()}
WORDS |= {"dozen": 12.0, "couple": 2.0, "twice": 2.0, "thrice": 3.0, "double": 2.0, "doubled": 2.0, "triple": 3.0,
"tripled": 3.0,
          "half": 0.5, "halved": 0.5, "quarter": 0.25}  # fmt: skip
WORDS |= {"zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "dos": 2,
"tres": 3,
          "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "два": 2, "дві": 2, "три": 3,
          "чотири": 4, "пʼять": 5, "п'ять": 5, "шість": 6, "сім": 7, "вісім": 8, "девʼять": 9, "дев'ять": 9,
          "десять": 10}  # fmt: skip
ORDINALS = {
    word: value
    for value, word in enumerate(
        """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
        sixteenth seventeenth eighteenth nineteenth twentieth""".split(),  # noqa: SIM905
        1,
    )
}
ORDINALS |= {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "hundredth": 100}
# Parts of a whole, as they are named: a third, two fifths
PARTS = {word: value for word, value in ORDINALS.items() if 3 <= value <= 10} | {"quarter": 4, "half": 2}
PARTS |= {f"{word}s": value for word, value in PARTS.items() if word != "half"}

# What is counted: a kind, and how many of the kind's first unit it is.
UNITS: dict[str, tuple[str, float]] = {}
for kind, units in {
    "percent": {1.0: "% percent pct prozent porcentaje відсотків відсотки відсоток percentage بالمئة بالمائة", 100.0: ""},
    "points": {1.0: "prozentpunkt prozentpunkte prozentpunkten"},
    "length": {1.0: "m metre metres meter meters метрів метри метр",
    1e3: "km kilometre kilometres kilometer kilometers km. кілометрів"
    " кілометри кілометр км",
               1609.34: "mile miles mi", 0.3048: "foot feet ft", 0.0254: "inch inches",
               0.01: "cm centimetre centimetres centimeter "
               "centimeters", 0.001: "mm millimetre millimetres millimeter millimeters", 0.9144: "yard yards"},
    "mass": {1.0: "kg kilo kilos kilogram kilograms кілограмів кілограми кг", 1e3: "tonne tonnes ton tons тонн тонни",
             0.001: "g gram grams",
             1e-6: "mg milligram milligrams", 0.453592: "pound-weight lb lbs", 0.0283495: "ounce ounces oz"},
    "volume": {1.0: "litre litres liter liters l", 3.78541: "gallon gallons", 159.0: "barrel barrels"},
    "area": {1.0: "hectare hectares", 100.0: "km² quadratkilometer", 1e-4: "m² quadratmeter", 0.404686: "acre acres"},
    "duration": {1.0: "second seconds", 60.0: "minute minutes", 3600.0: "hour hours", 86400.0: "day days night nights",
    604800.0: "week weeks",
                 2629800.0: "month months", 31557600.0: "year years", 315576000.0: "decade decades",
                 3155760000.0: "century centuries"},
    "speed": {1.0: "km/h kph kmh", 1.60934: "mph"},
    "power": {1.0: "watt watts", 1e3: "kilowatt kilowatts kw", 1e6: "megawatt megawatts mw", 1e9: "gigawatt gigawatts gw"},
    "information": {1.0: "megabyte megabytes mb", 1e3: "gigabyte gigabytes gb"},
}.items():  # fmt: skip
    for value, names in units.items():
        UNITS |= dict.fromkeys(names.split(), (kind, value))
CURRENCIES = {
    "$": "usd", "us$": "usd", "dollar": "usd", "dollars": "usd", "usd": "usd", "€": "eur", "euro": "eur", "euros": "eur",
    "eur": "eur", "£": "gbp", "pound": "gbp", "pounds": "gbp", "gbp": "gbp", "¥": "jpy", "yen": "jpy", "₹": "inr",
    "rupee": "inr",
    "rupees": "inr", "hryvnia": "uah", "hryvnias": "uah", "₴": "uah", "гривень": "uah", "ruble": "rub", "rubles": "rub",
    "roubles": "rub", "₽": "rub", "yuan": "cny", "franc": "chf", "francs": "chf", "peso": "mxn", "pesos": "mxn", "cent": "cent",
    "cents": "cent", "pence": "penny",
    "chf": "chf", "sek": "sek", "kronor": "sek", "nok": "nok", "dkk": "dkk", "kroner": "krone", "pln": "pln", "zloty": "pln",
    "zlotys": "pln", "cny": "cny", "rmb": "cny", "inr": "inr", "uah": "uah", "rub": "rub", "jpy": "jpy", "mxn": "mxn", "brl": "brl",
    "cad": "cad", "aud": "aud", "lira": "try", "liras": "try", "shekel": "ils", "shekels": "ils", "dirham": "aed", "dirhams": "aed",
    "riyal": "sar", "riyals": "sar", "naira": "ngn", "forint": "huf", "forints": "huf",
}  # fmt: skip
HUNDREDTHS = {"cent": ("usd", "eur", "cad", "aud"), "penny": ("gbp",)}  # of which currencies they are
TEMPERATURES = {"c": "celsius", "°c": "celsius", "celsius": "celsius", "centigrade": "celsius", "f": "fahrenheit",
                "°f": "fahrenheit", "fahrenheit": "fahrenheit"}  # fmt: skip
RATES = re.compile(
    r"^(?:[^\W\d]+\s+){0,3}?(?:per|a|an|each|every)\s+(second|minute|hour|day|week|month|year|night)\b"
    r"|^(?:[^\W\d]+\s+){0,3}?(daily|weekly|monthly|yearly|annually)\b"
)
RATE_WORDS = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "yearly": "year",
    "annually": "year",
    "night": "day",
}

MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan januar enero janvier січня січні січень января", "february feb februar febrero février лютого "
         "лютому лютий февраля", "march mar märz marzo березня березні березень марта",
         "april apr abril avril квітня квітні квітень апреля", "may mai mayo травня травні травень мая", "june jun juni "
         "junio juin червня червні червень июня", "july jul juli julio juillet липня липні липень июля",
         "august aug agosto août серпня серпні серпень августа", "september sep sept septiembre septembre вересня "
         "вересні вересень сентября", "october oct oktober octubre octobre жовтня жовтні жовтень октября",
         "november nov noviembre novembre листопада листопаді листопад ноября", "december dec dezember diciembre "
         "décembre грудня грудні грудень декабря"), 1)
    for name in names.split()
}  # fmt: skip
MONTHS |= {
    name: number
    for number, names in enumerate(
        ("janeiro يناير", "fevereiro فبراير شباط", "março مارس آذار", "أبريل إبريل نيسان", "maio مايو أيار", "junho يونيو حزيران",
         "julho يوليو تموز", "أغسطس آب", "setembro سبتمبر أيلول", "outubro أكتوبر", "novembro نوفمبر", "dezembro ديسمبر"), 1)
    for name in names.split()
}  # fmt: skip
SEASONS = {"spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("monday montag lunes lundi lunedì понеділок понеділка", "tuesday dienstag martes mardi martedì вівторок вівторка",
         "wednesday mittwoch miércoles mercredi mercoledì середа середу", "thursday donnerstag jueves jeudi giovedì четвер",
         "friday freitag viernes vendredi venerdì пʼятниця п'ятниця п’ятницю п'ятницю",
         "saturday samstag sonnabend sábado samedi sabato субота суботу",
         "sunday sonntag domingo dimanche domenica неділя неділю"))
    for name in names.split()
}  # fmt: skip
ROUGHLY = frozenset(
    """about around approximately roughly nearly almost over under than some least most exceeding circa etwa rund fast über
    unos casi
    близько майже понад""".split()  # noqa: SIM905
)

BEFORE_YEARS = frozenset(
    """in since of by until till from to between and before after during year the late early mid around through for than im seit
    bis jahr jahre en desde hasta año у в з до від року""".split()  # noqa: SIM905
)
