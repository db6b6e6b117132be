"""What the words of company names are worth: legal forms, listings, abbreviations, and how common a word is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

LEGAL, JOINING, LISTING, CURRENCY, COMMON = "legal", "joining", "listing", "currency", "common"

# Legal forms by country, as `plain_words` writes them: initials joined, accents gone.
LEGAL_FORMS = {
    "US": "inc incorporated corp corporation co company llc lp llp lllp pc pllc",
    "GB": "ltd limited plc llp cic",
    "AU": "pty ltd proprietary nl",
    "CA": "ulc ltee inc",
    "DE": "gmbh ag kg kgaa ohg ug ev eg mbh aktiengesellschaft gesellschaft haftungsbeschrankt gbr ges",
    "AT": "gesmbh",
    "CH": "sagl sarl",
    "FR": "sa sas sasu sarl eurl sca snc scop gie societe anonyme",
    "BE": "bvba sprl srl nv vof cvba",
    "NL": "bv nv cv vof",
    "IT": "spa srl srls sapa",
    "ES": "sl slu sau sociedad anonima limitada sll",
    "PT": "lda limitada sgps",
    "BR": "ltda eireli",
    "MX": "sab sapi rl sofom",
    "SE": "ab publ aktiebolag",
    "NO": "as asa ans",
    "DK": "aps aktieselskab ivs",
    "FI": "oy oyj abp osakeyhtio",
    "IS": "hf ehf",
    "EE": "ou",
    "PL": "zoo oo sp spolka",
    "CZ": "sro",
    "HU": "kft nyrt zrt bt",
    "RO": "srl",
    "BG": "ad eood ood ead",
    "RU": "ooo oao zao pao pjsc ojsc jsc",
    "TR": "anonim sirketi sti ltd",
    "GR": "ae epe ike",
    "IL": "ltd",
    "JP": "kk kabushiki kaisha gk godo",
    "KR": "ltd jusik hoesa",
    "TW": "ltd",
    "IN": "pvt private",
    "ID": "pt tbk persero",
    "MY": "bhd berhad sdn",
    "TH": "pcl",
    "SG": "pte",
    "PH": "inc",
    "VN": "jsc",
    "ZA": "pty rf soc",
    "EU": "se scop",
}
# Phrases of legal forms whose words are common elsewhere stay with the words; these only join.
JOINING_WORDS = (
    "and und et y e i og och en the der die das of de du des da do di la le el los las van von for in com o u"
)
# Notes of exchanges behind a name: kind of share, depositary receipts.
LISTING_WORDS = (
    "adr gdr gds nvdr sponsored unsponsored spons class cl ser shs shares share ord ordinary common stock pref preferred "
    "preference reg regs registered inh on ps na vzo vz bearer cons fgn vtg depositary receipt receipts representing repr"
)
# Currencies as German exchanges write them: before a number they are the par value of a share (`DL-,001`, `EO 1`).
CURRENCY_WORDS = "dl eo ls sf sk nk dk yn hd sd ad cd rc is rp ba mr pp zy tn kc uf iv ir yc fgn"
# What else a word may be written as; the first is the form that is compared.
ABBREVIATIONS = """
    technology technologies tech techs techn technol techno tecnologia tecnologias technologie
    international intl int internacional internationale internazionale internasional
    holding holdings hldg hldgs hldng hld hlgs hol hold
    group grp gr gruppe groupe grupo gruppo groep gruppen concern
    manufacturing mfg manuf manufg
    manufacturer mfr manufacturers
    industry industries inds ind indus industrie industria industrias
    industrial industl indl
    resource resources res rsrcs resrcs
    financial finl fincl financiero financiere
    finance fin finanz
    national natl nat nationale nacional
    services service svc svcs srv srvcs serv servs servicios
    system systems sys syst systeme sistemas
    solution solutions sol sols soln solns losungen soluciones
    pharmaceutical pharmaceuticals pharma pharmac pharmaceut pharm phrmctcl pharmaceutic
    therapeutics therapeutic therap thera therapeut therapeu
    laboratory laboratories lab labs
    communication communications comm comms commun
    mining mng
    exploration exploraciones expl exp explor
    development dev devel developments developers
    management mgmt mngmt mgt
    investment investments inv invest investors investimento investimentos inversiones
    enterprise enterprises ent enterpr entpr
    entertainment entmt enmt entert
    product products prod prods
    production productions
    energy energies energie energia enrgy
    electric elec elect electrica
    electronics electronic electron electr elektronik
    engineering eng engr engg engrg
    insurance ins insur assicurazioni versicherung assurance
    bank bk banco banque banca banka bancorp bancshares
    capital cap
    property properties prop props
    realty real estate
    partner partners ptnrs
    company companies
    american amer
    america americas
    european eur
    australia aust austr australian
    china cn
    united utd
    western westn wstn
    general gen genl
    store stores strs
    software softw softwa sw
    metal metals met
    mineral minerals min
    medical med medic
    healthcare
    health hlth
    chemical chemicals chem chems chemie
    semiconductor semiconductors semicon semi
    transport transportation transp trans
    logistics logistic logist
    trading trade trdg
    construction constr const
    brothers bros
    saint sankt
    biotechnology biotechnologies biotech biotechn
    science sciences sci
    royal koninklijke kon
    deutsche dt
    securities secs
    water wtr
    association assoc assn
    university univ
    institute inst
    center centre ctr centro zentrum
    department dept
    hospital hosp
    first 1st
"""
# Kinds of business and of company that say little of which one it is, whatever the records at hand.
COMMON_WORDS = (
    "group holding international global services technology industry industrial resource solution system enterprise energy "
    "capital bank financial finance investment fund trust management partner development company product property realty "
    "gold mining metal mineral medical health pharmaceutical therapeutics electronics electric engineering software media "
    "digital consulting consultants consultancy agency studio trading logistics construction real estate acquisition power "
    "communication national american china india europe european asia first new insurance chemical production "
    "manufacturing science biotechnology laboratory network networks data security securities credit income series public "
    "joint design marketing partners advisors ventures venture associates retail foods food steel oil gas materials"
)
# How many of 10,000 company names have the word: names of listed companies, 54,136 distinct ones (FinanceDatabase, MIT;
# SEC tickers, public domain). Rare words have the share RARE.
PER_TEN_THOUSAND = (
    "technology:420 holding:760 group:720 resource:220 international:220 energy:180 fund:170 industry:190 capital:150 "
    "trust:130 acquisition:115 global:110 gold:108 investment:160 bank:150 china:95 financial:85 income:70 mining:65 "
    "therapeutics:65 metal:70 services:70 development:55 industrial:55 power:53 system:65 mineral:52 estate:50 "
    "finance:48 solution:47 pharmaceutical:130 health:45 medical:45 electric:45 electronics:60 engineering:42 "
    "shanghai:38 zhejiang:38 securities:36 management:38 property:65 steel:33 media:32 chemical:52 general:32 oil:30 "
    "partner:32 foods:30 digital:29 materials:29 healthcare:29 beijing:28 gas:28 silver:27 infrastructure:27 "
    "construction:27 ventures:26 product:30 life:25 enterprise:50 first:25 food:25 growth:24 asset:24 equity:23 science:38 "
    "bio:23 realty:60 brands:23 insurance:24 software:26 guangdong:22 american:22 exploration:45 asia:22 national:25 "
    "entertainment:25 united:22 biotechnology:40 credit:20 indonesia:19 pacific:18 hotels:18 japan:17 commercial:17 "
    "nippon:17 logistics:18 precision:17 advanced:16 information:16 education:16 equipment:16 copper:16 ai:15 green:15 "
    "machinery:15 communication:26 water:15 environmental:15 petroleum:14 motor:14 star:14 shandong:14 cement:14 mills:14 "
    "mines:14 opportunities:14 paper:14 biosciences:13 manufacturing:14 thai:13 land:13 golden:13 city:13 lithium:12 "
    "home:12 air:12 automotive:12 retail:12 america:14 australia:14 auto:11 blue:11 network:11 western:12 laboratory:22 "
    "world:11 telecom:10 royal:11 sun:10 southern:10 semiconductor:12 care:10 innovation:10 great:10 universal:10 "
    "express:9 north:9 shipping:9 data:9 smart:9 networks:9 european:9 solar:9 marine:9 central:9 west:9 series:80 "
    "public:170 joint:35 india:75 new:60 red:12 one:17"
)
RARE = 1e-4
PLACES = 12


def _shares() -> dict[str, float]:
    pairs = (entry.split(":") for entry in PER_TEN_THOUSAND.split())
    return {word: max(int(count) / 10_000, RARE) for word, count in pairs}


def _forms() -> dict[str, str]:
    """What each written form stands for. Beginnings of the word are left as they are: `comm.` may begin other words too."""
    lines = [line.split() for line in ABBREVIATIONS.strip().splitlines()]
    return {form: means for means, *forms in lines for form in forms if not means.startswith(form)}


@cache
def known_words() -> tuple[dict[str, Any], ...]:
    """One row per word that names have in common: what it stands for, its kind, the share of names that have it."""
    return tuple(_known_words())


def _known_words() -> Iterator[dict[str, Any]]:
    shares, forms = _shares(), _forms()
    kinds: dict[str, str] = dict.fromkeys(COMMON_WORDS.split(), COMMON)
    kinds |= dict.fromkeys(LISTING_WORDS.split(), LISTING)
    kinds |= dict.fromkeys(JOINING_WORDS.split(), JOINING)
    kinds |= dict.fromkeys(CURRENCY_WORDS.split(), CURRENCY)
    kinds |= {word: LEGAL for words in LEGAL_FORMS.values() for word in words.split()}
    for word in sorted(kinds.keys() | shares.keys() | forms.keys()):
        means = word if kinds.get(word) in (LEGAL, JOINING, LISTING, CURRENCY) else forms.get(word, word)
        kind = kinds.get(word) or kinds.get(means) or ""
        yield {"word": word, "means": means, "kind": kind, "share": shares.get(means, RARE)}
