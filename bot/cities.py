"""Large cities after which no zone is called, by the zone they live in, as those who live there and nearby write them."""

CITIES = {
    "Europe/Moscow": (
        "MSK, МСК, Санкт-Петербург, Петербург, Питер, СПб, Saint Petersburg, St. Petersburg, Sankt-Peterburq, Казань, "
        "Казан, Kazan, Нижний Новгород, Нижній Новгород, Ростов-на-Дону, Ростов, Rostov, Краснодар, Krasnodar, Воронеж, "
        "Сочи, Сочі, Sochi, Soçi, Грозный, Грозний, Махачкала, Makhachkala, Mahaçqala, Дербент, Derbent, Dərbənd, "
        "Севастополь, Sevastopol"
    ),
    "Europe/Samara": "Тольятти, Ижевск, Тольятті, Іжевськ",
    "Asia/Yekaterinburg": "Челябинск, Челябінськ, Chelyabinsk, Уфа, Ufa, Пермь, Перм, Perm, Тюмень, Tyumen, Сургут, Оренбург",
    "Asia/Krasnoyarsk": "Кемерово, Норильск",
    "Asia/Vladivostok": "Хабаровск, Хабаровськ",
    "Europe/Kyiv": (
        "Харьков, Харків, Kharkiv, Xarkov, Одесса, Одеса, Odesa, Odessa, Львов, Львів, Lviv, Днепр, Дніпро, Dnipro, "
        "Запорожье, Запоріжжя, Zaporizhzhia, Винница, Вінниця, Полтава, Чернигов, Чернігів, Черкассы, Черкаси, Николаев, "
        "Миколаїв, Херсон, Ивано-Франковск, Івано-Франківськ, Ужгород, Тернополь, Тернопіль, Луцк, Луцьк, Черновцы, "
        "Чернівці"
    ),
    "Asia/Baku": (
        "Гянджа, Gəncə, Ganja, Сумгаит, Сумгаїт, Sumqayıt, Sumgait, Нахичевань, Нахічевань, Naxçıvan, Nakhchivan, "
        "Ленкорань, Lənkəran, Шеки, Şəki, Шуша, Şuşa, Mingəçevir, Şirvan, Quba, Xankəndi"
    ),
    "Asia/Tbilisi": "Батуми, Батумі, Batumi",
    "Asia/Almaty": "Астана, Astana, Шымкент",
    "Europe/Istanbul": "Анкара, Ankara, İzmir, Izmir, Antalya, Анталья",
    "Asia/Jerusalem": "Тель-Авив, Тель-Авів, Хайфа, Haifa",
    "Europe/Warsaw": "Краков, Краків, Krakow, Kraków, Вроцлав, Wrocław, Gdańsk",
    "Europe/Berlin": "Мюнхен, Munich, München, Гамбург, Hamburg, Франкфурт, Frankfurt, Köln, Cologne",
    "Europe/Zurich": "Женева, Geneva, Genève",
    "Europe/Rome": "Милан, Мілан, Milan, Milano",
    "Europe/Madrid": "Барселона, Barcelona",
    "America/New_York": "Вашингтон, Washington, Boston, Бостон, Miami, Майами, Philadelphia, Atlanta",
    "America/Chicago": "Houston, Dallas, Austin",
    "America/Los_Angeles": "San Francisco, Сан-Франциско, Seattle, Сиэтл, San Diego",
    "America/Toronto": "Монреаль, Ottawa, Оттава",
}
