"""Words without a story, of which the texts of invented archives are made."""

from __future__ import annotations

WORDS = {
    "en": "river bread window morning table garden bridge letter apple winter basket corner street lamp paper stone bird evening market kettle field summer ladder blanket".split(),
    "ru": "река хлеб окно утро стол сад мост письмо яблоко зима корзина угол улица лампа бумага камень птица вечер рынок чайник поле лето лестница одеяло".split(),
    "az": "çay çörək pəncərə səhər masa bağ körpü məktub alma qış səbət künc küçə çıraq kağız daş quş axşam bazar çaydan tarla yay nərdivan yorğan".split(),
    "tr": "nehir ekmek pencere sabah masa bahçe köprü mektup elma kış sepet köşe sokak lamba kağıt taş kuş akşam pazar çaydanlık tarla yaz merdiven battaniye".split(),
    "hy": "գետ հաց պատուհան առավոտ սեղան այգի կամուրջ նամակ խնձոր ձմեռ զամբյուղ անկյուն փողոց լամպ թուղթ քար թռչուն երեկո շուկա թեյնիկ դաշտ ամառ սանդուղք վերմակ".split(),
}
NAMES = {
    "en": ["Marlo", "Tessa", "Orin", "Wilma"], "ru": ["Marlo", "Tessa", "Orin", "Wilma"], "az": ["Marlo", "Tessa", "Orin", "Wilma"],
    "tr": ["Marlo", "Tessa", "Orin", "Wilma"], "hy": ["Marlo", "Tessa", "Orin", "Wilma"],
    "place": ["Ansel", "Brook", "Corvin", "Delmar", "Esk"],
}
