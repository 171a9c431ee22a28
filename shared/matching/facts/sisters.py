"""Words of one kind of which none is another: a sheep is no cow, and a brother no sister.

What they mean is so near that no cosine tells them apart (sheep and cattle 0.69, doctors and physicians 0.74). Each line is a kind;
words of one meaning, and their forms, stand together. A word that is in no line is judged by the models alone.
"""

from collections.abc import Mapping

_KINDS = """
sister,sisters brother,brothers mother,mothers,mum,mom father,fathers,dad son,sons daughter,daughters uncle,uncles aunt,aunts nephew,nephews niece,nieces grandmother grandfather grandson granddaughter husband,husbands wife,wives cousin,cousins
sheep,lamb,lambs,ewes cattle,cow,cows,bulls,calves goat,goats pig,pigs,swine,hogs horse,horses chicken,chickens,hens,poultry turkeys duck,ducks geese,goose camel,camels donkey,donkeys reindeer
dog,dogs cat,cats rabbit,rabbits hamster,hamsters
lion,lions tiger,tigers leopard,leopards wolf,wolves bear,bears fox,foxes lynx elephant,elephants rhino,rhinos,rhinoceros giraffe,giraffes zebra,zebras monkey,monkeys gorilla,gorillas
bees,bee wasps,wasp ants,ant locusts,locust mosquitoes,mosquito flies butterflies,butterfly beetles,beetle ticks,tick
whale,whales dolphin,dolphins shark,sharks seal,seals salmon tuna cod herring trout octopus squid
wheat rice maize,corn barley oats rye soy,soya,soybeans potato,potatoes tomato,tomatoes onion,onions carrot,carrots garlic
banana,bananas apple,apples orange,oranges lemon,lemons avocado,avocados mango,mangoes grapes pear,pears strawberry,strawberries
coffee tea beer wine milk vodka whisky,whiskey
gold silver copper iron steel aluminium,aluminum lead zinc nickel lithium uranium cobalt mercury arsenic
coal oil gas hydrogen
measles mumps rubella cholera malaria dengue ebola polio tuberculosis typhoid mpox,monkeypox hepatitis tetanus diphtheria influenza,flu covid,coronavirus rabies anthrax
cancer diabetes dementia,alzheimer stroke,strokes asthma arthritis epilepsy autism
paracetamol,acetaminophen ibuprofen aspirin morphine insulin
cocaine heroin cannabis,marijuana fentanyl methamphetamine ketamine
liver kidney,kidneys heart lung,lungs brain stomach skin
arm,arms leg,legs hand,hands foot,feet
tank,tanks helicopter,helicopters drone,drones missile,missiles submarine,submarines warship,warships jets,jet
car,cars lorry,lorries,truck,trucks bus,buses,coach train,trains tram,trams bicycle,bicycles,bike,bikes motorcycle,motorcycles ferry,ferries plane,planes,aircraft,airplane
petrol,gasoline diesel kerosene electric
earthquake,quake tsunami hurricane,cyclone,typhoon tornado flood,floods,flooding drought wildfire,wildfires avalanche landslide heatwave
theft burglary robbery fraud murder arson rape blackmail,extortion bribery shoplifting smuggling perjury
teacher,teachers nurse,nurses doctor,doctors,physician,physicians dentist,dentists farmer,farmers firefighter,firefighters lawyer,lawyers plumber,plumbers baker,bakers miner,miners pilot,pilots
christian,christians muslim,muslims jew,jews,jewish hindu,hindus buddhist,buddhists
mosque,mosques church,churches synagogue,synagogues temple,temples
football,soccer basketball tennis cricket rugby baseball hockey golf volleyball handball
gold silver bronze
president vice chancellor
red blue green yellow black white purple pink
breakfast lunch dinner
finance defence,defense health education interior agriculture
morning evening noon
kindergarten,kindergartens university,universities
bruder,brüder schwester,schwestern vater,väter mutter,mütter sohn,söhne tochter,töchter onkel tante ehemann ehefrau
schaf,schafe rind,rinder,kuh,kühe ziege,ziegen schwein,schweine pferd,pferde huhn,hühner ente,enten gans,gänse
hund,hunde katze,katzen wolf,wölfe bär,bären luchs,luchse fuchs,füchse
weizen reis mais gerste roggen hafer kartoffeln,kartoffel tomaten,tomate
gold silber kupfer eisen stahl blei zink uran
hermano,hermanos hermana,hermanas padre madre hijo,hijos hija,hijas tío tía marido,esposo esposa
oveja,ovejas vaca,vacas cabra,cabras cerdo,cerdos caballo,caballos gallina,gallinas,pollos,pollo
perro,perros gato,gatos lobo,lobos oso,osos zorro,zorros
trigo arroz maíz cebada avena patata,patatas,papas tomate,tomates
frère,frères sœur,sœurs père mère fils fille,filles oncle tante mari épouse
mouton,moutons,brebis vache,vaches,bovins chèvre,chèvres cochon,cochons,porc,porcs cheval,chevaux poule,poules
blé riz maïs orge avoine
брат,брата,брати сестра,сестри,сестру батько,батька мати,матір син,сина дочка,доньку,донька,дочку
вівця,вівці,овець корова,корови,корів коза,кози,кіз свиня,свині,свиней кінь,коні,коней кури,курей
пшениця,пшениці,пшеницю рис,рису кукурудза,кукурудзи,кукурудзу ячмінь,ячменю жито,жита
أخ شقيق أخت شقيقة أب والد أم والدة ابن ابنة
أغنام,خراف أبقار,بقرة ماعز خنازير,خنزير خيول,حصان دجاج
قمح,القمح أرز,الأرز ذرة,الذرة شعير,الشعير
"""  # noqa: E501


def _read() -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for kind, line in enumerate(_KINDS.split("\n")):
        for meaning, words in enumerate(line.split()):
            for word in words.split(","):
                found.setdefault(word, []).append((kind, meaning))
    return found


KINDS: Mapping[str, list[tuple[int, int]]] = _read()


def are_sisters(one: str, other: str) -> bool:
    """Whether two words in small letters are of one kind and of other meaning. Of phrases one word has to be another's sister, and
    none to mean the same."""
    mine = [place for word in one.split() for place in KINDS.get(word, ())]
    others = [place for word in other.split() for place in KINDS.get(word, ())]
    return not set(mine) & set(others) and any(kind == another for kind, _ in mine for another, _ in others)
