"""What two texts differ in."""

import tracemalloc

import pytest

from shared.matching import differences, facts_of
from shared.matching.cleaning import LONGEST, clean
from shared.matching.facts import MOST_SENTENCES, sentences
from shared.matching.facts.numbers import Number
from shared.matching.facts.sisters import are_sisters
from shared.matching.languages import guess


def test_a_number_word_that_begins_a_sentence_is_no_name():
    begun = "Zwölf Bergleute starben.", "Once turistas murieron.", "Дванадцять шахтарів загинули."
    assert [name.key for text in begun for name in facts_of(text).names if name.before == ""] == []


def test_words_of_one_kind_are_sisters_unless_they_mean_the_same():
    pairs = ("sheep", "cattle"), ("doctors", "physicians"), ("brother of", "sister of"), ("bread", "bakers")
    assert [are_sisters(*pair) for pair in pairs] == [True, False, True, False]


@pytest.mark.parametrize(
    ("ours", "theirs", "what"),
    [
        ("It cost 5 million euros.", "It cost five million euros.", []),
        ("It cost 5 million euros.", "It cost €5m.", []),
        ("It cost 5 million euros.", "It cost 50 million euros.", ["number"]),
        ("It cost 5 million euros.", "It cost 5 billion euros.", ["number"]),
        ("It cost 5 million euros.", "It cost 5 million dollars.", ["unit"]),
        ("It cost $5 a day.", "It cost 5 dollars per month.", ["unit"]),
        ("It is 10 km long.", "It is 6.2 miles long.", []),
        ("It is 10 km long.", "It is 10 miles long.", ["unit"]),
        ("About 4.9 million came.", "Around 5 million came.", []),
        ("Exactly 4.9 million came.", "5 million came.", ["number"]),
        ("Half of them left.", "50 percent of them left.", []),
        ("Half of all bread is thrown away.", "50% of all bread is thrown away.", []),
        ("Sales halved in May.", "Sales fell by half in May.", []),
        ("The gates open at 9 p.m.", "The gates open at 9 a.m.", ["date"]),
        ("Das Spiel beginnt um 18.30 Uhr.", "Das Spiel beginnt um 18:30 Uhr.", []),
        ("Das Spiel beginnt um 18.30 Uhr.", "Das Spiel beginnt um 19:30 Uhr.", ["date"]),
        ("The gates open at 9 p.m.", "The gates open at 21:00.", []),
        ("The gates open at 9 p.m.", "The gates open at 22:00.", ["date"]),
        ("Das Spiel beginnt um 9 Uhr.", "Das Spiel beginnt um 21 Uhr.", ["date"]),
        ("Le pont ferme à 22 h.", "Le pont ferme à 22h00.", []),
        ("Le pont ferme à 22 h.", "Le pont ferme à 23h30.", ["date"]),
        ("Denmark won 28:24.", "Denmark won 28:25.", ["number"]),
        ("Half a million people marched.", "500,000 people marched.", []),
        ("Eine halbe Million Menschen kamen.", "500.000 Menschen kamen.", []),
        ("A 15-year-old girl invented it.", "Girl, 15, invents it.", []),
        ("A 15-year-old girl invented it.", "Girl, 16, invents it.", ["number"]),
        ("The photo of the flood is not real.", "The photo of the flood is fake.", []),
        ("The photo of the flood is real.", "The photo of the flood is fake.", ["opposite", "denial"]),
        ("Whale meat is sold in Yokohama.", "You can buy whale meat in Yokohama.", []),
        ("The euro fell because of the vote.", "The euro fell despite the vote.", ["opposite"]),
        ("Rents in Lisbon rose faster.", "Rents in Lisbon rose more slowly.", ["opposite"]),
        ("Only doctors may prescribe the pill.", "Not only doctors may prescribe the pill.", ["extent"]),
        ("Both pilots of the plane were drunk.", "One of the pilots of the plane was drunk.", ["extent"]),
        ("Beide Piloten der Cessna waren betrunken.", "Einer der Piloten der Cessna war betrunken.", ["extent"]),
        ("It is the second-largest mosque in Europe.", "It is the largest mosque in Europe.", ["extent"]),
        ("Es ist die zweitgrößte Moschee Europas.", "Es ist die größte Moschee Europas.", ["extent"]),
        ("The boy died after the vaccine.", "The boy died of the vaccine.", ["link"]),
        ("Der Junge starb nach der Impfung.", "Der Junge starb an der Impfung.", ["link"]),
        ("The boy died after a fall.", "The boy died of a burn after a fall.", []),
        ("The Bank of England cut rates.", "The European Central Bank cut rates.", ["name"]),
        ("The University of Oxford cut grants.", "Oxford University cut grants.", []),
        ("Die Brücke wird im Sommer gesperrt.", "Die Brücke wurde im Sommer gesperrt.", ["tense"]),
        ("Der Minister wird kritisiert.", "Der Minister wurde kritisiert.", []),
        ("Ein Lehrling verletzte sich in Köln.", "Ein Azubi verletzte sich in Köln.", []),
        ("قد ترفع قطر أسعار الغاز.", "رفعت قطر أسعار الغاز.", ["tense"]),
        ("Das Spiel beginnt um 9.00 Uhr.", "Das Spiel beginnt um neun Uhr.", []),
        ("Am 3. Oktober 2025 brannte es.", "Es brannte am 03.10.2025.", []),
        ("Am 3. Oktober 2025 brannte es.", "Es brannte am 04.10.2025.", ["date"]),
        ("It burned on 3 October 2025.", "It burned on 10/3/2025.", []),
        ("Un tren de cada cinco llegó tarde.", "El 20 % de los trenes llegó tarde.", []),
        ("أصيب أحد عشر جنديا.", "أصيب 15 جنديا.", ["number"]),
        ("Ten thousand jobs were lost in the mines.", "The mines lost 10,000 jobs.", []),
        ("Beer is cheaper than wine.", "Wine is more expensive than beer.", []),
        ("He advises against the diet.", "He advises the diet.", ["denial"]),
        ("She failed a doping test.", "She took a doping test.", []),
        ("Peru used to be a member of the pact.", "Peru is a member of the pact.", ["tense"]),
        ("Die Vereinigten Staaten liefern Panzer.", "Die USA liefern Panzer.", []),
        ("Der Lohn steigt um zwei Prozent.", "Der Lohn steigt um zwei Prozentpunkte.", ["unit"]),
        ("Elf Bergleute starben.", "11 Bergleute starben.", []),
        ("ستحظر الحكومة استيراد الدجاج.", "حظرت الحكومة استيراد الدجاج.", ["tense"]),
        ("Двох дітей врятувала собака.", "Собака врятував двох дітей.", []),
        ("It was on 2020-03-01.", "It was on March 1, 2020.", []),
        ("It was on 1 March 2020.", "It was on 1 May 2020.", ["date"]),
        ("2000 guests came.", "20,000 guests came.", ["number"]),
        ("It grew by 3%.", "It shrank by 3%.", ["opposite"]),
        ("It did not close.", "It closed.", ["denial"]),
        ("In Ohio 58,000 non-citizens voted.", "58,000 foreigners voted in Ohio.", []),
        ("I can't wait for the purge.", "The purge is what I wait for.", []),
        ("Fraud is no crime. He did it by not paying.", "He said fraud is no crime, and did it by not paying.", []),
        ("It cost $33 mil and took 10 yrs.", "It cost $33 million and took ten years.", []),
        (
            "President Trump in Tokyo: Kim is smarter than Biden.",
            "Today Donald Trump said Kim is smarter than Biden.",
            [],
        ),
        ("Yesterday Barack Obama met Kim.", "Yesterday Michelle Obama met Kim.", ["name"]),
        (
            "Trump feeds fish with PM Shinzo Abe in Japan.",
            "Trump fed fish with Prime Minister Shinzo Abe in Japan.",
            [],
        ),
        ("Half of all voters stayed at home.", "Most voters stayed at home.", ["extent"]),
        ("Half of all voters stayed at home.", "Half of the voters stayed at home.", []),
        ("Alle Kassen heben im Mai den Satz an.", "Die meisten Kassen heben im Mai den Satz an.", ["extent"]),
        ("It is the most common cause of death.", "It is a common cause of every death.", []),
        ("Eating sugar causes gout in adults.", "Eating sugar is linked to gout in adults.", ["link"]),
        ("Comer azúcar provoca gota en adultos.", "Comer azúcar está asociado a la gota en adultos.", ["link"]),
        ("Milch kostet in Polen weniger als in Tirol.", "Milch kostet in Tirol mehr als in Polen.", []),
        ("Milch kostet in Polen weniger als in Tirol.", "Milch kostet in Polen mehr als in Tirol.", ["opposite"]),
        ("Ab Mai dürfen keine Öfen verkauft werden.", "Ab Mai ist der Verkauf von Öfen verboten.", []),
        ("Den Hund beißt der Mann.", "Der Mann beißt den Hund.", []),
        ("Le maire veut interdire les voitures.", "Le maire a interdit les voitures.", ["tense"]),
        ("El alcalde quiere prohibir los coches.", "El alcalde prohibió los coches.", ["tense"]),
        ("Мер хоче заборонити авто.", "Мер заборонив авто.", ["tense"]),
        ("المغرب فاز على إسبانيا في كأس العالم", "إسبانيا فازت على المغرب في كأس العالم", ["roles"]),
        ("It did not close.", "It remained open.", []),
        ("The US paid.", "The United States paid.", []),
        ("German exports grew.", "Germany's exports grew.", []),
        ("Ada met Bob in Rome.", "Ada met Bob in Athens.", ["name"]),
        ("Ada met Bob in Rome in 2019 with 4 friends.", "Ada met Bob.", []),
        ("Die Stadt zahlt 5 Millionen Euro.", "Die Stadt zahlt 50 Millionen Euro.", ["number"]),
        ("Es kamen 200.000 Menschen.", "Es kamen zweihunderttausend Menschen im Jahr, das sind 200 000.", []),
        ("Es kamen 200.000 Menschen.", "200 people came.", ["number"]),
        ("Es waren 2,5 Prozent von 1.200.000 Euro.", "It was 2.5 percent of 1,200,000 euros.", []),
        ("The limit is 80 kph.", "The limit is 80 km/h.", []),
        ("It kills 8 million people every day.", "It kills 8 million people a year.", ["unit"]),
        ("Nobody paid. Little is known of it.", "Ada paid.", ["denial"]),
        ("The pool was closed. Nothing to see here.", "The pool was closed.", []),
        ("Little is known of what Ada spent in Rome.", "It was in Rome that Bob paid.", []),
        ("Ada met Bob — Carl (@carl)", "Ada met Bob in Rome. Carl was in Paris.", []),
        ("One in five guests paid.", "20 percent of the guests paid.", []),
        ("One guest in five paid.", "20 percent of the guests paid.", []),
        ("3 out of 10 paid.", "30% paid.", []),
        ("One in five guests paid.", "One in three guests paid.", ["number"]),
        ("Prices rose by 5 in 10 years.", "Prices rose by 50 percent.", ["number"]),
        ("They are not allowing dogs.", "Dogs are forbidden.", []),
        ("Місто не закрило школу.", "Місто закрило школу.", ["denial"]),
        ("En la ciudad nadie pagó nunca la cuenta.", "En la ciudad Ada pagó la cuenta.", ["denial"]),
        ("Ніхто не постраждав.", "Двоє постраждали.", ["denial"]),
        ("La ville n'a pas fermé les piscines du centre.", "La ville a fermé les piscines du centre.", ["denial"]),
        ("La ville fermera les piscines du centre.", "La ville a fermé les piscines du centre.", ["tense"]),
        ("La ville a annoncé qu'elle fermera les piscines.", "La ville fermera les piscines.", []),
        ("Les prix ont augmenté dans le centre.", "Les prix ont baissé dans le centre.", ["opposite"]),
        ("Es dauerte fünfzehn Wochen.", "Es dauerte 15 Wochen.", []),
        ("Лікарня отримала п'ятнадцять ліжок.", "Лікарня отримала п'ять ліжок.", ["number"]),
        ("La huelga duró once días en el puerto.", "La huelga duró 11 horas en el puerto.", ["unit"]),
        ("Once there were two guests.", "There were two guests.", []),
        ("Im Herbst fällt die Stadt 120 Pappeln.", "Die Stadt fällt im Herbst 120 Pappeln.", []),
        ("Школа отримала від лікарні ліжка.", "Лікарня отримала від школи ліжка.", ["roles"]),
        ("A third of the guests paid.", "One in three guests paid.", []),
        ("A third of the guests paid.", "Two thirds of the guests paid.", ["number"]),
        ("Only 5 of the 27 rooms are free.", "Only five out of 27 rooms are free.", []),
        ("Prices fell by two percent.", "Prices fell by two percentage points.", ["unit"]),
        ("Ada came third.", "Ada came 3rd.", []),
        ("Ada came third.", "Ada came thirteenth.", ["number"]),
        ("Ada sued Bob in May.", "Bob sued Ada in May.", ["roles"]),
        ("Ada sued Bob in May.", "In May, Bob was sued by Ada.", []),
        ("Ada sued Bob in May.", "Ada was sued by Bob in May.", ["roles"]),
        ("Spain sold France 24 buses.", "France bought 24 buses from Spain.", []),
        ("Ada has more rooms than Bob.", "Bob has fewer rooms than Ada.", []),
        ("Ada has more rooms than Bob.", "Bob has more rooms than Ada.", ["roles"]),
        ("Ada dropped her plan to sue Bob.", "Ada sued Bob.", ["denial"]),
        ("It is for adults, not for children.", "It is for children, not for adults.", ["roles"]),
        ("Ada and Bob handed out bread.", "Bob and Ada handed out bread.", []),
        ("Soldiers hand out bread to guests.", "Guests hand out bread to soldiers.", ["roles"]),
        ("That is likely to fail.", "That is unlikely to fail.", ["opposite"]),
        ("Dogs may not be sold.", "The sale of dogs is banned.", []),
        ("It does not ban dogs.", "It bans dogs.", ["denial"]),
        ("Vino el lunes.", "Vino el martes.", ["date"]),
        ("President Alvarado came.", "President Alvarez came.", ["name"]),
        ("The city will close two pools.", "The city has closed two pools.", ["tense"]),
        ("The city will close two pools.", "Two pools are to be closed by the city.", []),
        ("The city says that it will close two pools.", "The city said that it will close two pools.", []),
        ("Prices may rise by 3%.", "Prices rose by 3%.", ["tense"]),
        ("Die Stadt wird zwei Bäder schließen.", "Die Stadt hat zwei Bäder geschlossen.", ["tense"]),
        ("Die Opposition hat den Plan kritisiert.", "Der Plan wird von der Opposition kritisiert.", []),
        ("Die Stadt hat mitgeteilt, dass sie ein Bad baut.", "Die Stadt will ein Bad bauen.", []),
        ("El gobierno subirá las pensiones.", "El gobierno subió las pensiones.", ["tense"]),
        ("El gobierno subirá las pensiones.", "El gobierno bajará las pensiones.", ["opposite"]),
        ("Уряд підвищить зарплату вчителів.", "Уряд підвищив зарплату вчителів.", ["tense"]),
        ("They stopped serving tea.", "They serve tea.", ["denial"]),
        ("They stopped serving tea.", "They ended the serving of tea.", []),
        ("It cost four point two million euros.", "It cost 4.2 million euros.", []),
        ("It cost four point two million euros.", "It cost 4.3 million euros.", ["number"]),
        ("Ada saw the Eifel tower.", "Ada saw the Eiffel tower.", []),
        ("can they vote if jailed", "They cannot vote if jailed.", []),
        ("Stimmt es, dass sie nicht wählen dürfen?", "Sie dürfen wählen.", []),
        ("They can vote if jailed.", "They cannot vote if jailed.", ["denial"]),
        ("It cost CHF 300,000.", "It cost 300,000 Swiss francs.", []),
        ("It cost CHF 300,000.", "It cost 300,000 Swedish kronor.", ["unit"]),
        ("They got 40 cents an hour.", "They got 0.40 euros per hour.", []),
        ("They got 40 cents an hour.", "They got 40 euros per hour.", ["unit"]),
        ("It was the twenty-first match.", "It was the 21st match.", []),
        ("It was the twenty-first match.", "It was the 22nd match.", ["number"]),
        ("Im 3. Quartal stieg die Miete.", "Im dritten Quartal stieg die Miete.", []),
        ("Im 3. Quartal stieg die Miete.", "Im zweiten Quartal stieg die Miete.", ["number"]),
        ("Costó 15 pesos en enero.", "Costó 15 dólares en enero.", ["unit"]),
        ("No more than 500 guests came.", "At most 500 guests came.", []),
        ("No more than 500 guests came.", "At least 500 guests came.", ["extent"]),
        ("No more than 500 guests came.", "More than 500 guests came.", ["extent"]),
        ("At least nine guests came.", "Nine or more guests came.", []),
        ("Не менше сорока гостей прийшли.", "Щонайменше сорок гостей прийшли.", []),
        ("Mindestens zwanzig Gäste kamen.", "Nicht mehr als zwanzig Gäste kamen.", ["extent"]),
        ("The bank almost collapsed.", "The bank collapsed.", ["denial"]),
        ("The bank almost collapsed.", "The bank nearly collapsed in May.", []),
        ("Prices almost doubled in May.", "Prices doubled in May.", []),
        ("The pope used to smoke.", "The pope smokes.", ["tense"]),
        ("The pope used to smoke.", "The pope smoked.", []),
        ("The pope is used to smoke.", "The pope smokes.", []),
        ("Only the north has power.", "All but the north has power.", ["extent"]),
        ("Der Mann hat die Frau verklagt.", "Den Mann hat die Frau verklagt.", ["roles"]),
        ("Der Mann hat die Frau verklagt.", "Die Frau wurde vom Mann verklagt.", []),
        ("La mujer denunció al jefe.", "El jefe denunció a la mujer.", ["roles"]),
        ("La mujer denunció al jefe.", "El jefe fue denunciado por la mujer.", []),
        ("Міністр подав скаргу на газету.", "Газета подала скаргу на міністра.", ["roles"]),
        ("Міністр подав скаргу на газету.", "Скаргу на газету подав міністр.", []),
    ],
)
def test_differences(ours, theirs, what):
    assert [one.what for one in differences(facts_of(ours), facts_of(theirs))] == what


def test_a_post_is_cleaned_of_what_says_nothing():
    post = "Stop it 😀 #StopTheNoise https://t.co/x1 pic.twitter.com/y — Ada K. Lovelace (@RealAdaL) March 3, 2020"
    assert clean(post) == "Stop it Stop The Noise Ada K. Lovelace Real Ada L"


@pytest.mark.timeout(30)  # each is read in milliseconds; read from each of its letters anew, one takes minutes
@pytest.mark.parametrize("again", ["—", " ", "— ", "-a", "—a(", "jan ", "1 jan ", "_", "#a"])
def test_a_text_that_only_repeats_itself_is_cleaned_at_once(again):
    said = "The bridge is closed. "
    assert clean(said + again * LONGEST).startswith("The bridge is closed.")
    assert clean(said + again * (LONGEST // len(again) // 2) + "x").startswith("The bridge is closed.")


@pytest.mark.parametrize(
    ("pasted", "asked"),
    [
        ("https://news.example/2019/08/rainforest-on-fire.html?from=mail#top", "rainforest on fire"),
        ("https://news.example/%C3%9Cber-die-Br%C3%BCcke/", "Über die Brücke"),
        ("https://social.example/ada/status/123", ""),
        ("Look: https://news.example/2019/08/rainforest-on-fire", "Look:"),
    ],
)
def test_of_an_address_alone_the_words_of_its_headline_are_asked(pasted, asked):
    assert clean(pasted) == asked


def test_the_outlet_behind_a_headline_is_no_name_that_differs():
    checked = facts_of("A biker gang clashed with the Hells Angels at the Sturgis Motorcycle Rally in 2017.")
    for outlet in (" - Daily News", " | Daily News"):
        assert differences(facts_of(f"Biker gang clashes with Hells Angels at Sturgis{outlet}"), checked) == []


def test_a_post_whose_author_gives_no_name_is_cleaned_too():
    assert clean("Stop it. — (@RealAdaL) March 3, 2020") == "Stop it. Real Ada L"
    assert clean("Stop it. — (@RealAdaL) March 3, 2020", signature=False) == "Stop it."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The bridge is closed.", "en"),
        ("Die Brücke ist seit Montag gesperrt.", "de"),
        ("El puente está cerrado desde el lunes.", "es"),
        ("Міст закрито з понеділка.", "uk"),
        ("Мост закрыт с понедельника.", "ru"),
        ("الجسر مغلق منذ يوم الاثنين", "ar"),
        ("", "en"),
        ("42", "en"),
        ("Mieten steigen weiter", "de"),
        ("Impfpflicht kommt", "de"),
        ("Gericht stoppt Abschiebung", "de"),
        ("Alcalde detenido", "es"),
        ("Escuela prohíbe móviles", "es"),
        ("Hôpital ferme urgences", "fr"),
        ("Scuola vieta telefonini", "it"),
        ("Prefeito preso", "pt"),
        ("Ziekenhuis sluit spoedeisende hulp", "nl"),
        ("Rząd obniża podatki", "pl"),
        ("Mahkeme seçimi iptal etti", "tr"),
        ("Farmacias venden medicamentos vencidos", "es"),
        ("Terremoto scuote Umbria", "it"),
        ("Nauczyciele protestują", "pl"),
        ("Ціни ростуть", "uk"),
        ("أسعار الخبز ترتفع", "ar"),
        ("Rents capped", "en"),
        ("Mayor arrested", "en"),
        ("Opposition demands vote", "en"),
        ("Wolves kill sheep", "en"),
        ("Poor people go hungry", "en"),
        ("The zeppelin flew over Giza.", "en"),
    ],
)
def test_languages_are_guessed(text, language):
    assert guess(text) == language


def test_a_text_of_nothing_but_numbers_is_compared_in_few_steps(monkeypatch):
    """Each number is compared with each of the other text: of thousands that would be millions."""
    compared, is_as = [], Number.is_as
    monkeypatch.setattr(Number, "is_as", lambda one, other: compared.append(1) or is_as(one, other))
    one, other = (" ".join(str(number) for number in range(start, start + 50_000, 7)) for start in (1, 2))
    differences(facts_of(one), facts_of(other))
    assert 0 < len(compared) <= 20_000


def test_a_text_of_nothing_but_short_sentences_is_compared_in_few_steps():
    """Each sentence is compared with each of the other text: of a thousand that would be a million, and seconds."""
    one, other = (facts_of(f"{word}\nIt did not close at noon.\n" + "A\n" * 2_000) for word in ("Hm", "So"))
    assert len(sentences(one)) <= MOST_SENTENCES
    assert not differences(one, other)
    assert [one.what for one in differences(one, facts_of("It closed at noon.\n" + "B\n" * 2_000))] == ["denial"]


def test_of_a_long_text_no_more_is_remembered_than_was_read():
    """Else whoever sends many of them fills the memory."""
    many, long = 200, 50_000
    facts_of("Nobody said so.")  # what is loaded once is loaded
    tracemalloc.start()
    try:
        for number in range(many):
            facts_of(f"{number} said so." + " " * long)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < many * long / 2
