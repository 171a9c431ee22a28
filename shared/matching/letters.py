"""How words of a language look: which letters follow one another. It tells the language of a few words, such as a headline, among
which none of the commonest stands.

Each language has a list of words as news have them; English has the commonest ones of its sentence model's vocabulary. Of three
letters that follow one another it is counted how many words have them; a text's words are the likelier in a language the more its
words are made of such. A hundred words are enough, because what is decided is only which of nine languages it is.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import NamedTuple

from shared.matching.wordpiece import VOCABULARY

WORDS = {
    "de": """regierung präsident minister bürgermeister gericht richter polizei schule schüler krankenhaus kinder menschen frau
    frauen mann männer jahr jahre welt land stadt staat geld steuer steuern preis preise steigt steigen gestiegen sinkt sinken
    gesunken verbietet verboten verbot impfung impfstoff krebs tod tote toten gestorben getötet verhaftet gefunden sagt soll
    sollen will wollen muss müssen mehr weniger neue neuer neues alte alten große hohe gesetz wahl wahlen wähler gewinnt gewonnen
    verliert verloren behauptet zeigt wasser lebensmittel gesundheit arbeit arbeiter unternehmen bank grenze flüchtlinge krieg
    armee millionen milliarden prozent tausend straße kirche haus wohnung arzt ärzte studie beschließt schließt öffnet kommt geht
    macht gibt nimmt bekommt verspricht fordert stoppt streicht kostet kosten deutlich zwischen gegen ohne durch jeder keiner
    schweiz deutschland österreich europäische ausländer rente rentner miete zug züge bahn flughafen straftaten täter opfer
    verletzt fahrer strom heizung wärme abschaffung ablehnung beschluss entscheidung tödlich möglich endlich""",
    "es": """gobierno presidente ministro alcalde tribunal juez policía escuela hospital niños gente mujer mujeres hombre hombres
    año años mundo país ciudad estado dinero impuesto impuestos precio precios sube suben subida baja bajan prohíbe prohibido
    vacuna vacunas causa causan cáncer muerte muertos muere murió detenido detenida detienen encontrado dice será nunca nuevo
    nueva nuevos viejo grande alto ley voto votos elección elecciones gana ganó pierde afirma muestra agua comida salud
    trabajadores trabajo empleo empresa banco frontera inmigrantes guerra ejército millón millones miles calle iglesia casa
    vivienda médico médicos estudio cierra abre hace da toma recibe promete exige paga cobra cuesta entre contra durante cada
    españa español jubilación pensiones alquiler tren aeropuerto víctima víctimas herido heridos luz energía decisión niega
    acusado juicio campaña izquierda derecha huelga multa robo robar cárcel dueño señor montaña""",
    "fr": """gouvernement président ministre maire tribunal juge police école hôpital enfants gens femme femmes homme hommes année
    années monde pays ville état argent impôt impôts prix hausse augmente augmentent baisse baissent interdit interdite vaccin
    vaccins cause causent cancer mort morts décès tué arrêté arrêtée trouvé dit jamais nouveau nouvelle nouveaux vieux grand haute
    loi vote élection élections gagne gagné perd affirme montre eau nourriture santé travailleurs travail emploi entreprise banque
    frontière immigrés guerre armée million millions milliards mille rue église maison logement médecin médecins étude ferme ouvre
    fait donne prend reçoit promet exige paie coûte entre contre pendant chaque france français retraite retraites loyer train
    aéroport victime victimes blessé blessés lumière énergie décision refuse accusé procès campagne gauche droite grève amende
    prison chère cher voiture voitures essence quatre aujourd toujours beaucoup""",
    "it": """governo presidente ministro sindaco tribunale giudice polizia scuola ospedale bambini gente donna donne uomo uomini
    anno
    anni mondo paese città stato soldi tassa tasse prezzo prezzi aumenta aumentano cala calano vieta vietato vaccino vaccini causa
    causano cancro morte morti muore morto arrestato arrestata trovato dice mai nuovo nuova nuovi vecchio grande alto legge voto
    elezione elezioni vince vinto perde afferma mostra acqua cibo salute lavoratori lavoro impiego azienda banca confine immigrati
    guerra esercito milione milioni miliardi mila strada chiesa casa medico medici studio chiude apre fa dà prende riceve promette
    chiede paga costa contro durante ogni italia italiano pensione pensioni affitto treno aeroporto vittima vittime ferito feriti
    luce energia decisione nega accusato processo campagna sinistra destra sciopero multa carcere obbligatorio oggi degli cinque
    figli famiglia bisogno giorno giorni ragazzo ragazzi""",
    "pt": """governo presidente ministro prefeito tribunal juiz polícia escola hospital crianças gente mulher mulheres homem homens
    ano anos mundo país cidade estado dinheiro imposto impostos preço preços sobe sobem cai caem proíbe proibido vacina vacinas
    causa causam câncer morte mortos morre morreu preso presa encontrado diz será nunca novo nova novos velho grande alto lei voto
    eleição eleições ganha ganhou perde afirma mostra água comida saúde trabalhadores trabalho emprego empresa banco fronteira
    imigrantes guerra exército milhão milhões bilhões mil rua igreja casa habitação médico médicos estudo fecha abre faz dá recebe
    promete exige paga custa contra durante cada brasil português aposentadoria pensões aluguel trem aeroporto vítima vítimas
    ferido feridos luz energia decisão nega acusado julgamento campanha esquerda direita greve multa prisão cadeia obrigatória
    reduz mais filho filha dinheiro senhor melhor""",
    "nl": """regering president minister burgemeester rechtbank rechter politie school ziekenhuis kinderen mensen vrouw vrouwen man
    mannen jaar jaren wereld land stad staat geld belasting belastingen prijs prijzen stijgt stijgen daalt dalen verbiedt verboden
    vaccin vaccins veroorzaakt kanker dood doden overleden gedood gearresteerd opgepakt gevonden zegt nooit nieuw nieuwe oud oude
    groot grote hoog wet stem stemmen verkiezing verkiezingen wint gewonnen verliest beweert toont water voedsel gezondheid
    werknemers werk baan bedrijf bank grens vluchtelingen oorlog leger miljoen miljoenen miljard duizend straat kerk huis woning
    arts artsen onderzoek sluit opent maakt geeft neemt krijgt belooft eist betaalt kost tussen tegen tijdens elke nederland
    nederlandse pensioen huur trein vliegveld slachtoffer slachtoffers gewond licht energie besluit weigert verdachte proces
    campagne links rechts staking boete gevangenis verplicht duurder goedkoper schaap schapen zijn tijd meer buiten uit""",
    "pl": """rząd prezydent minister burmistrz sąd sędzia policja szkoła szpital dzieci ludzie kobieta kobiety mężczyzna rok lat
    lata
    świat kraj miasto państwo pieniądze podatek podatki cena ceny rośnie rosną spada spadają zakazuje zakaz szczepionka
    szczepionki powoduje rak śmierć zmarł zginął zabity aresztowany aresztowana znaleziono mówi nigdy nowy nowa nowe stary duży
    wysoki ustawa głos wybory wygrywa wygrał przegrał twierdzi pokazuje woda żywność zdrowie pracownicy praca firma bank granica
    uchodźcy wojna wojsko milion milionów miliardów tysięcy ulica kościół dom mieszkanie lekarz lekarze badanie zamyka otwiera
    robi daje bierze dostaje obiecuje żąda płaci kosztuje między przeciw podczas każdy polska polski emerytura czynsz pociąg
    lotnisko ofiara ofiary ranny ranni światło energia decyzja odmawia oskarżony proces kampania lewica prawica strajk
    więzienie obowiązkowe drożeje tylko przed""",
    "tr": """hükümet başkan bakan belediye mahkeme hakim polis okul hastane çocuk çocuklar insan insanlar kadın kadınlar adam erkek
    yıl
    yılda dünya ülke şehir devlet para vergi vergiler fiyat fiyatlar arttı artıyor yükseldi düştü düşüyor yasak yasakladı aşı
    aşılar kanser ölüm öldü öldürüldü tutuklandı gözaltına bulundu dedi asla yeni eski büyük yüksek yasa oy seçim seçimler
    kazandı kaybetti iddia gösteriyor su gıda sağlık işçi iş şirket banka sınır göçmen mülteci savaş ordu milyon milyar bin
    sokak kilise cami ev konut doktor doktorlar araştırma kapandı kapatıldı açıldı yapıyor veriyor alıyor ödüyor karşı her türkiye
    türk emekli emeklilik kira tren havalimanı kurban yaralı ışık enerji karar reddetti sanık dava kampanya sol sağ grev ceza
    hapis zorunlu zam geldi etti oldu ediyor değil""",
}  # fmt: skip
SIGNS = 60  # that may follow two others, if nothing is known
COMMONEST = 4_000  # lines of the English vocabulary that are taken for words of news
SHORTEST, LONG = 3, 4  # letters of a word there, and of one that is English hardly if it does not stand there
UNKNOWN = 12.0  # how much less likely such a word is English


class _English(NamedTuple):
    """The commonest words of the vocabulary, and all of them."""

    commonest: Sequence[str]
    known: frozenset[str]


@cache
def _english() -> _English:
    lines = VOCABULARY.read_text(encoding="utf-8").split("\n")
    commonest = [word for word in lines[:COMMONEST] if word.isascii() and word.isalpha() and len(word) >= SHORTEST]
    return _English(commonest, frozenset(word for word in lines if word.isascii() and word.isalpha()))


class Letters:
    """Of each language in how many of its words three letters, and two, follow one another: of the lists here and of its commonest
    words, counted when it is first asked."""

    def __init__(self, common: Mapping[str, str]) -> None:
        self._common = common

    def likely(self, words: Sequence[str]) -> dict[str, float]:
        """How likely words in small letters are in each language: the logarithm, by which those of several add up."""
        found = {
            language: sum(_of_word(word, threes, twos) for word in words)
            for language, (threes, twos) in self._followed.items()
        }
        known = _english().known
        found["en"] -= UNKNOWN * sum(len(word) >= LONG and word not in known for word in words)
        return found

    @cached_property
    def _followed(self) -> dict[str, tuple[Counter[str], Counter[str]]]:
        lists = {"en": _english().commonest} | {language: words.split() for language, words in WORDS.items()}
        found = {}
        for language, words in lists.items():
            threes, twos = Counter[str](), Counter[str]()
            for word in dict.fromkeys((*words, *self._common[language].split())):
                padded = f"  {word} "
                threes.update(padded[at : at + 3] for at in range(len(word) + 1))
                twos.update(padded[at : at + 2] for at in range(len(word) + 1))
            found[language] = threes, twos
        return found


def _of_word(word: str, threes: Counter[str], twos: Counter[str]) -> float:
    padded = f"  {word} "
    return sum(
        math.log((threes[padded[at : at + 3]] + 1 / SIGNS) / (twos[padded[at : at + 2]] + 1))
        for at in range(len(word) + 1)
    )
