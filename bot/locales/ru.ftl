language-name = Русский

start = 👁 Дозор следит за открытыми телеграм-каналами вместо вас и пишет, как только выходит пост, которого вы ждёте.
start-topics = Или начните с готовой темы:
start-own =
    Напишите своими словами, чего вы ждёте, например: посольство Баку

    Спросите обо всём, что когда-либо публиковалось:
    /search посольство Баку

    Все команды: /help
start-all = 📚 Все темы
help =
    /subscribe СЛОВА — сообщать о постах с этими словами
    /unsubscribe — больше не сообщать
    /subscriptions — о чём я вам сообщаю
    /feed — читать тему через RSS
    /topics — ваши темы и общие, из которых можно выбрать
    /search СЛОВА — найти посты, сначала новые
    /last @channel — последние посты канала
    /stats СЛОВА — график: сколько об этом пишут
    /trends — слова, которые встречаются чаще обычного
    /export СЛОВА — посты файлом
    /story — в ответ на оповещение или сводку: кто сообщил то же самое; /stories — одно сообщение на новость или каждый пост
    /pictures — картинки, которых нет в предпросмотре: всегда или по просьбе
    /quiet, /snooze — когда молчать; /digest — когда приходит сводка; /timezone
    /channels — за какими каналами слежу
    /language — русский, English …
    /export_my_data, /delete_my_data — что я о вас храню

    Слова находятся в любой форме и в любом порядке. "Фраза" сохраняет порядок, а | б — любое из двух, -слово — без него, арест* — начало слова. Ещё: /help query
help-group =
    { help }

    /editors — кто, кроме администраторов, решает, о чём сообщать этой группе
help-admin =
    { help }

    /watch @channel — следить за каналом; /watch @channel 30d возьмёт в архив и его старые посты
    /unwatch @channel — больше не следить
    /admin — как идут дела; /broadcast ТЕКСТ — написать всем
    /invite 10 7d — ссылка, которая впустит десять человек; /invites — все ссылки
    /publish — создать общую тему
hint = Я читаю только слова. Напишите, чего вы ждёте, например: посольство Баку. Все команды: /help
edited = Я уже выполнил это сообщение в прежнем виде. Чтобы что-то изменить, напишите его заново.
button-outdated = Эта кнопка осталась от прежней версии. Ваши темы: /topics
unknown-command = Такой команды я не знаю. Все команды: /help

query-help-title = Как написать запрос
query-help =
    посольство Баку — оба слова, в любой форме и любом порядке
    забастовка | протест — любое из двух
    забастовка -футбол — первое без второго
    (забастовка | протест) вокзал — скобки собирают вместе
    "центральный банк" — эти слова рядом
    "ставка банка"~2 — между ними до двух других
    =лук — точно в этой форме
    арест* — начало слова, не меньше трёх букв
    ~Ибрагимов — имя в любом написании и алфавите
    #выборы — метка; так же @имя и $ТИКЕР
    example.org — ссылка, и t.me/… тоже
    /курс\s+\d+/ — регулярное выражение
    землетрясение from:@news — в одном канале; -from:@news — во всех прочих
    землетрясение lang:ru — на одном языке
    землетрясение has:photo — с фотографией; или video, file, link, poll
    землетрясение -is:forward — что не переслано; is:edited — изменено
query-help-end = Только в поиске: after:2025-07-01, before:2025-08-01, last:7d (12h, 2w).

subscribe-usage =
    Напишите после команды, чего вы ждёте, например:
    /subscribe посольство Баку
subscribed = 🔔 Подписка оформлена: { $topic }
subscribed-already = Такая подписка уже есть: { $topic }
subscriptions-none = Подписок нет. Оформите первую: /subscribe и слова, которых вы ждёте.
unsubscribe-choose = Какую подписку отменить?

topics-mine = 🔔 О чём я вам сообщаю:
topics-mine-none = Пока ни о чём. Напишите, чего вы ждёте, или выберите общую тему.
topics-public = 📣 Общие темы:
topics-public-none = Пока их нет. Напишите, чего вы ждёте, и это станет вашей собственной темой.
topics-found =
    { $count ->
        [0] 🔍 Тем с такими словами нет: { $words }
        [one] 🔍 { $count } тема: { $words }
        [few] 🔍 { $count } темы: { $words }
       *[other] 🔍 { $count } тем: { $words }
    }
tab-mine = 🔔 Мои
tab-public = 📣 Общие
topics-find = 🔍 Найти
topics-publish = ➕ Общая тема
topics-back = ◀ Мои темы
topics-others = ◀ Общие темы
topic-ended = 🗑 Больше не сообщаю о: { $topic }
topic-removed = 🗑 Тема удалена у всех: { $topic }
topic-restored = ✅ Тема возвращена всем, у кого была.
topic-published = ✅ Опубликовано: теперь эту тему может выбрать каждый.
topic-saved = ✅ Сохранено.
topic-copied = ✅ Скопировано: эта тема теперь ваша.
topic-is-first = ⭐ Теперь эта тема показывается первой.
topic-settings = ⚙ Настроить
topic-link = Кто откроет эту ссылку, тоже подпишется на тему:
share-send = 📨 Отправить ссылку в чат
share-copy = 📋 Скопировать ссылку
back = ↩ Назад
undo = ↩ Отменить
never-mind = ✖ Не надо
topic-is-paused = приостановлено
topic-is-muted = тишина до
topic-is-urgent = звонит и в тихие часы
topic-is-limited =
    { $count ->
        [one] не больше { $count } поста в час
        [few] не больше { $count } постов в час
       *[other] не больше { $count } постов в час
    }
tells-instant = сразу
tells-digest = в сводке
tells-silent = без сообщений, только хранится
mode-instant = Сразу
mode-digest = Сводка
mode-silent = Молча
topic-resume = ▶ Продолжить
topic-pause = ⏸ Пауза
topic-urgent = ❗ Срочное
topic-limit = { $count } / ч
topic-channels =
    { $count ->
        [one] { $count } канал
        [few] { $count } канала
       *[other] { $count } каналов
    }
topic-languages =
    { $count ->
        [one] { $count } язык
        [few] { $count } языка
       *[other] { $count } языков
    }
filter-channel-any = Все каналы
filter-language-any = Все языки
topic-which-channels = О постах каких каналов сообщать?
topic-which-languages = О постах на каких языках сообщать?
topic-often = 📊 Как часто?
topic-share = 🔗 Поделиться
topic-query = 📝 Запрос
topic-name = 🏷 Название
topic-copy = 📑 Сделать свою копию
topic-description = 📄 Описание
topic-first = ⭐ Вперёд
topic-remove = 🗑 Удалить у всех
topic-end = 🗑 Отписаться
proposal-take = 🔔 Подписаться
proposal-narrower = Это много. Не показывать посты со словом:
proposal-wider = Это мало. Так найдётся больше:
estimate =
    { $days ->
        [1] За последние сутки: { $count ->
            [one] { $count } пост
            [few] { $count } поста
           *[other] { $count } постов
        }
        [one] За последний { $days } день: { $count ->
            [one] { $count } пост
            [few] { $count } поста
           *[other] { $count } постов
        }
        [few] За последние { $days } дня: { $count ->
            [one] { $count } пост
            [few] { $count } поста
           *[other] { $count } постов
        }
       *[other] За последние { $days } дней: { $count ->
            [one] { $count } пост
            [few] { $count } поста
           *[other] { $count } постов
        }
    }
estimate-about =
    { $days ->
        [1] За последние сутки: { $count ->
            [one] примерно { $count } пост
            [few] примерно { $count } поста
           *[other] примерно { $count } постов
        }
        [one] За последний { $days } день: { $count ->
            [one] примерно { $count } пост
            [few] примерно { $count } поста
           *[other] примерно { $count } постов
        }
        [few] За последние { $days } дня: { $count ->
            [one] примерно { $count } пост
            [few] примерно { $count } поста
           *[other] примерно { $count } постов
        }
       *[other] За последние { $days } дней: { $count ->
            [one] примерно { $count } пост
            [few] примерно { $count } поста
           *[other] примерно { $count } постов
        }
    }
estimate-least = Больше { $count } постов в день.
estimate-none =
    { $days ->
        [1] За последние сутки — ни одного поста.
        [one] За последний { $days } день — ни одного поста.
        [few] За последние { $days } дня — ни одного поста.
       *[other] За последние { $days } дней — ни одного поста.
    }
estimate-day = около { $count } в день
estimate-rare =
    { $days ->
        [one] примерно один за { $days } день
        [few] примерно один за { $days } дня
       *[other] примерно один за { $days } дней
    }
ask-name = Пришлите новое название; перед ним может стоять эмодзи. Сейчас:
ask-query = Пришлите новый запрос. Нажмите на нынешний, чтобы его скопировать:
ask-description = Пришлите одной строкой, о чём эта тема.
ask-find = Пришлите слова из названия или запроса темы.
ask-publish =
    Пришлите общую тему по строкам: эмодзи и название, при желании описание, и запрос, или по запросу на каждый язык:

    🏛 Посольства
    Что происходит в посольствах
    ru: посольство | консульство
    uk: посольство | амбасада

search-usage =
    Напишите после команды, что искать, например:
    /search посольство Баку
search-nothing = Ничего не найдено: { $query }
search-page = страница { $number }
search-count = { $count ->
    [one] { $count } пост
    [few] { $count } поста
   *[other] { $count } постов
}
search-count-more = больше { $count } постов
search-further = Пока ничего. Искать среди более старых?
search-newer = ◀ новее
search-older = старее ▶

last-usage =
    Назовите канал после команды, например:
    /last @channel
search-alert = 🔔 Сообщать
search-share = ↗ Поделиться
filter-channel-icon = 📢
filter-language-icon = 🌐
filter-period-icon = 📅
filter-period-any = Всё время
filter-period-24h = 24 часа
filter-period-7d = 7 дней
filter-period-30d = 30 дней
filter-period-365d = Год
filter-media-icon = 🖼
filter-media-any = Все посты
filter-media-photo = С фото, видео
filter-media-file = С файлом
filter-media-link = Со ссылкой
filter-media-poll = С опросом
inline-hint = Напишите, что искать
inline-all = Все посты — в чате с ботом
inline-nothing = Ничего не найдено. Спросите в чате с ботом

feed-choose = Какую тему читать через RSS?
feed-none = Ссылки на ленту этой темы ещё нет. Читать ленту сможет всякий, у кого есть ссылка.
feed-link = Никому не показывайте эту ссылку: читать ленту может всякий, у кого она есть.
feed-make = 🔗 Создать ссылку
feed-renew = 🔄 Новая
feed-revoke = 🗑 Отозвать

stats-usage =
    Напишите после команды название темы или запрос, и я покажу на графике, сколько об этом писали:
    /stats посольство Баку
stats-others = другие каналы
stats-cut = Посчитаны только новейшие посты.
stats-24h = 24 ч
stats-7d = 7 дн
stats-30d = 30 дн
stats-light = ☀️ Светлая картинка
stats-dark = 🌙 Тёмная картинка

export-usage =
    Напишите после команды, что искать, и я пришлю посты файлом:
    /export посольство Баку last:30d
export-choose = Каким файлом?
export-progress = { $done } из { $count ->
    [one] { $count } поста
   *[other] { $count } постов
}
export-cut = В файле только новейшие посты. Сузьте вопрос, например так: last:30d.
export-interrupted = Меня остановили раньше, чем файл был готов. Попросите снова: /export

trends-title = Что растёт за последние сутки
trends-times = { $times ->
    [few] в { $times } раза больше обычного
   *[other] в { $times } раз больше обычного
}
trends-none = За последние сутки ни одно слово не встречалось заметно чаще обычного.
trends-unknown = Чтобы знать, что бывает обычно, мне нужны посты за несколько дней. Спросите, пожалуйста, позже.
notice-spike = ⚡ { $topic }: { $count ->
    [one] { $count } пост
    [few] { $count } поста
   *[other] { $count } постов
} за последний час, { $times ->
    [few] в { $times } раза больше обычного
   *[other] в { $times } раз больше обычного
}.

translate = 🌐 Перевести
translating = 🌐 Перевожу…
translation-from = перевод с языка: { $language }
translation_late = 🌐 Перевод занимает слишком много времени. Попробуйте, пожалуйста, позже.
pictures-button = 🖼 Картинки
pictures-coming = 🖼 Картинки сейчас придут…
pictures_late = 🖼 Картинки идут слишком долго. Попробуйте, пожалуйста, позже.
pictures_none = 🖼 Картинки этого поста получить не удалось. К ним ведёт его ссылка.
pictures-always = 🖼 Картинки и видео, которых не видно в предпросмотре поста, приходят вслед за оповещением.
pictures-asked = 🖼 Картинки и видео, которых не видно в предпросмотре поста, приходят, когда вы нажмёте кнопку под оповещением.
pictures-button-always = Присылать всегда
pictures-button-asked = Только по просьбе

channels-title = { $count ->
    [one] Слежу за { $count } каналом:
    [few] Слежу за { $count } каналами:
   *[other] Слежу за { $count } каналами:
}
channels-none = Пока не слежу ни за одним каналом.
list-more = … и ещё { $count }

language-choose = На каком языке говорить?
language-chosen = Теперь я говорю по-русски.

channel-pick = 📢 Выбрать канал
watch-which = За каким каналом следить? Выберите его или напишите /watch @channel (с постами за последний месяц: /watch @channel 30d)
unwatch-which = За каким каналом больше не следить? Выберите его или напишите /unwatch @channel
wish-usage = Назовите канал после команды: /{ $command } @channel
watch-requested = ⏳ Вступаю в { $channel } и сообщу, когда будет готово.
unwatch-requested = ⏳ Выхожу из { $channel } и сообщу, когда будет готово.

alert-open = Открыть пост
alert-edited = изменён
alert-forward = переслано
alert-forward-of = переслано от: { $origin }
alert-again = отправлено повторно: телеграм не подтвердил доставку
joined-title = { $count ->
    [one] { $count } новый пост
    [few] { $count } новых поста
   *[many] { $count } новых постов
}
alert-album = { $count ->
    [one] альбом из { $count }
   *[other] альбом из { $count }
}
media-photo = 🖼 фото
media-video = 🎞 видео
media-file = 📎 файл
media-poll = 📊 опрос

error-unexpected = У меня что-то сломалось. Ошибка записана; попробуйте, пожалуйста, позже.
error-access_closed = Этот бот впускает по одному. Попросите администраторов: /join
error-admins_only = Это могут только администраторы бота.
error-search_gone = Этот поиск я уже не помню. Спросите снова: /search.
error-unknown_channel = За каналом с таким именем я не слежу: { $name }. Список: /channels.
error-too_many_subscriptions = В одном чате может быть не больше { $limit } подписок. Сначала отмените одну: /unsubscribe.
error-topic_gone = Этой темы больше нет. Ваши темы: /topics
error-unknown_feed = По этой ссылке ленты нет.
error-not_subscribed = Подписки на такую тему в этом чате нет. Список: /subscriptions.
error-feeds_off = Этот бот лент не отдаёт; включить их может администратор.
error-http_port = Веб-сервер не может слушать { $host }:{ $port }.
error-topic_changed = Тему тем временем изменил кто-то другой. Взгляните на неё снова: /topics
error-same_query = Тема с таким запросом у вас уже есть: { $name }
error-not_yours = Менять тему может только тот, кто её создал. Сделайте свою копию.
error-empty_name = Теме нужно название хотя бы из одной буквы.
error-incomplete_topic = Пришлите название первой строкой и запрос последней; между ними может быть только описание.
error-group_admins_only = О чём сообщать этой группе, решают только её администраторы и редакторы, назначенные через /editors.
error-busy = Предыдущее для этого чата я ещё делаю. Подождите, пожалуйста.
error-chart = Картинку не удалось нарисовать. Попробуйте, пожалуйста, позже.
error-export_too_large = Файл больше, чем бот может послать. Сузьте вопрос, например так: last:30d.
error-translation_off = Переводить посты сейчас не получается.
error-pictures_off = Картинки этого поста получить нельзя: их защищает канал, или его сейчас никто не читает.
error-post_gone = Этого поста больше нет.
error-settings = Настройки не годятся.
error-database_url = Адрес базы данных должен начинаться с sqlite:/// или postgresql://.
error-database_unreachable = Не удаётся открыть базу данных.
error-database_full = Сейчас я ничего не могу записать: диск заполнен. Администраторам нужно освободить место; всё прежнее цело.
error-database_read_only = Сейчас я ничего не могу записать: база данных доступна только для чтения. Это дело администраторов.
error-telegram_unreachable = Телеграм недоступен.
error-newer_schema = Схему { $version } этой базы данных создала более новая версия программы; эта знает схемы до { $newest }. Обновите программу.
error-upgrade_ended = Изменение базы данных прервано: запустите ещё раз.
error-older_processes =
    { $count ->
        [one] Работает { $count } процесс прежней версии: с новой базой данных он не сможет продолжать. Сначала остановите его, потом запустите ещё раз.
        [few] Работают { $count } процесса прежней версии: с новой базой данных они не смогут продолжать. Сначала остановите их, потом запустите ещё раз.
       *[other] Работают { $count } процессов прежней версии: с новой базой данных они не смогут продолжать. Сначала остановите их, потом запустите ещё раз.
    }
error-schema_held = Базу данных не удаётся изменить: транзакция процесса PostgreSQL { $pid } держит таблицу уже { $seconds } с. Завершите её и запустите ещё раз.
error-not_the_owner = Базу данных нужно изменить, а этой роли PostgreSQL это не разрешено. Выполните `dozor migrate` от имени владельца базы данных и запустите ещё раз.
error-newer_index = Индекс архива создала более новая версия программы. Обновите программу.
error-backup_unwritable = Резервную копию туда не записать. Освободите место или назовите другой файл.
error-backup_exists = Такой файл уже есть. Назовите другой.
error-not_a_backup = Этот файл — не целая резервная копия для такой базы данных. Ничего не изменено.
error-not_empty = База данных не пуста, и поверх неё ничего не копируется. Укажите новую в настройках.
error-unfit_source = Такой базы данных SQLite в новейшей схеме нет. Назовите другую и сначала обновите её схему.
error-wrong_target = Копировать можно из SQLite в PostgreSQL. Укажите в настройках базу данных PostgreSQL.
error-bad_line = Строка { $line } — не пост.
error-broken_file = Файл обрывается на байте { $byte }. Все посты до этого места сохранены.
error-misfits = Из файла не прочитано и пропущено записей: { $count }. Всё остальное сохранено.
error-not_a_channel_export = В выгрузке личная переписка или группа. Загрузить можно только каналы.
error-not_an_export = Это не выгрузка Telegram Desktop: сообщений в файле нет.
error-bad_token = Телеграм не знает токена этого бота.
error-api_id_missing = В настройках нет [telegram] api_id и api_hash.
error-unknown_account = В настройках нет аккаунта с таким именем.
error-session_folder = В папку файла сессии нельзя писать: { $folder }
error-session_file = Этот файл — не сессия: { $path }
error-bad_key = Ключ шифрования не читается или это не такой ключ.
error-wrong_key = Зашифровано другим ключом, или ключ не задан: { $what }
error-public_key = Этот файл — не открытый ключ: { $path }
error-not_signed_in = Вход в аккаунт телеграма не выполнен.
error-session_revoked = Сессию аккаунта завершили с другого устройства.
error-account_banned = Телеграм заблокировал аккаунт.
error-wrong_phone = Телеграм не принимает этот номер телефона.
error-wrong_code = Телеграм прислал другой код.
error-wrong_password = У аккаунта другой пароль.
error-login_timeout = Вход занял слишком много времени.
error-too_many_requests = Телеграм просит подождать. Попробуйте позже.
error-channel_not_found = Канала { $target } нет.
error-not_a_channel = { $target } — не канал.
error-channel_private = Этот канал закрыт, или аккаунт в нём заблокирован.
error-invite_expired = Это приглашение больше не действует.
error-join_requested = В этот канал принимают по одному; заявка отправлена.
error-too_many_channels = Аккаунт состоит в стольких каналах, сколько разрешает телеграм.

notice-watch_joined = ✅ Теперь я слежу за каналом { $title }.
notice-watch_left = ✅ Больше не слежу за этим каналом. Его посты остаются в архиве.
notice-watch_failed = С каналом { $target } не получилось. Попробуйте, пожалуйста, позже.

command-help = Что я умею
command-subscribe = Сообщать о постах с этими словами
command-unsubscribe = Отменить подписку
command-topics = Мои темы и те, что можно выбрать
command-subscriptions = О чём мне сообщают
command-publish = Создать общую тему
command-search = Найти посты, сначала новые
command-last = Последние посты канала
command-feed = Читать тему через RSS
command-stats = График: сколько об этом пишут
command-export = Получить найденные посты файлом
command-trends = Слова, которые встречаются чаще обычного
command-channels = За какими каналами слежу
command-language = Выбрать язык
command-watch = Следить за каналом
command-unwatch = Больше не следить за каналом

bot-description =
    👁 Дозор следит за открытыми телеграм-каналами вместо вас и пишет, как только в одном из них появится то, чего вы ждёте.

    Слова находятся в любой форме, имена — в любом написании и алфавите. По всему, что когда-либо публиковалось, можно искать.
bot-short-description = Следит за открытыми каналами вместо вас и сообщает о постах, которых вы ждёте.

error-query_syntax =
    { $reason ->
        [empty] Напишите хотя бы одно слово.
        [too_long] В запросе может быть не больше 1000 знаков.
        [too_many_terms] В запросе может быть не больше 64 слов.
        [too_deep] Скобки могут стоять не глубже 12 уровней.
        [unclosed_quote] Кажется, не хватает закрывающей кавычки.
        [unclosed_bracket] Кажется, не хватает закрывающей скобки.
        [only_negative] Скажите, что нужно, а не только чего не нужно.
        [short_prefix] Перед звёздочкой нужны хотя бы три буквы.
        [bad_regex] Такое регулярное выражение не годится.
        [bad_filter] Такого фильтра или такого его значения нет.
        [unknown_language] Такого языка я не знаю. Напишите его код, например lang:ru, lang:uk, lang:en, lang:az или lang:tr.
        [bad_date] Даты пишутся так: 2025-07-01, сроки так: 12h, 7d, 2w.
        [search_only] after:, before: и last: работают в поиске, но не в подписке.
       *[unexpected] Я не понимаю этот запрос.
    } (Знак { $position })
query-comma = 💡 Запятая не значит «или»: нужны все эти слова. Если хватит любого из них, напишите:
error-no_account = В настройках нет аккаунта телеграма, который читал бы каналы.
error-stage = Демонстрацию не удалось запустить.

error-invitation_needed = Этот бот — для приглашённых. Попросите ссылку у одного из его администраторов.
error-invite_ended = Это приглашение закончилось или уже использовано. Попросите новое.
error-invite_terms = Напишите, на скольких людей и на какой срок приглашение: /invite 10 7d (h — часы, d — дни, w — недели).
admission-asked = ⏳ Администраторы бота получили вашу просьбу. Напишу, как только они решат.
admission-admitted = ✅ Вас впустили.
admission-declined = Администраторы бота вас не впустили.
join-asked = 🚪 { $name } просит доступа.
join-admit = ✅ Впустить
join-decline = ✖ Отказать
member-admitted = ✅ Доступ открыт: { $name }.
member-declined = ✖ В доступе отказано: { $name }.
member-gone = Этой просьбы больше нет.
invite-useless = { $access ->
    [open] Этим ботом может пользоваться каждый: приглашения не нужны.
   *[closed] Сюда впускают по одному: люди отправляют /join, а решаете вы.
}
invite-made = 🎟 Передайте эту ссылку:
invite-uses = { $count ->
    [one] на { $count } человека
   *[other] на { $count } человек
}
invite-until = до
invite-end = ✖ Отменить { $number }
invites-title = Приглашения
invites-none = Сейчас приглашений нет. Создайте: /invite 10 7d
personal-exported = Всё, что я о вас храню.
personal-ask = 🗑 Удалить всё, что я о вас храню: темы, подписки, поиски и то, о чём я вам сообщал? Отменить это будет нельзя. Сначала получить копию: /export_my_data
personal-forget = 🗑 Удалить всё
personal-keep = Оставить
personal-forgotten = Всё о вас удалено. Начать заново: /start
personal-kept = Ничего не удалено.
private-only = Напишите это, пожалуйста, в личной переписке со мной.
command-export_my_data = Копия всего, что обо мне хранится
command-delete_my_data = Удалить всё, что обо мне хранится
command-invite = Создать ссылку-приглашение
command-invites = Действующие приглашения
alert-late = с опозданием
error-bad_depth = Глубину укажите как 12h, 30d или 8w, а не { $depth }: /watch @channel 30d
error-account_in_use = С этим аккаунтом уже работает другой процесс. Сначала остановите его.
error-already_running = С этой базой данных уже работает другой такой процесс. Сначала остановите его.
error-still_running = С этой базой данных работают другие процессы ({ $count }). Сначала остановите их.
error-proxy = Прокси записывается так: socks5://имя:пароль@хост:порт, http://хост:порт или mtproto://секрет@хост:порт.
notice-history_done = 📚 { $count ->
    [0] { $title }: других старых постов не нашлось.
    [one] { $title }: в архиве теперь ещё { $count } старый пост.
    [few] { $title }: в архиве теперь ещё { $count } старых поста.
   *[many] { $title }: в архиве теперь ещё { $count } старых постов.
}
notice-history_failed = Не удалось получить старые посты канала { $title }. Попробуйте ещё раз позже: /watch.
error-backfill = Телеграм не дал прочитать старые посты.

too-fast = 🐢 Слишком быстро для меня: то, что приходит сейчас, я пропускаю. Подождите, пожалуйста, минуту.
error-webhook = Телеграм не принимает адрес вебхука.
channel-last = последний пост
channel-empty = постов ещё не было
channel-unread = его никто не читает
channel-behind = { $count ->
    [one] отстаёт на { $count } пост
    [few] отстаёт на { $count } поста
   *[many] отстаёт на { $count } постов
}
channel-muted = не сообщаю
channel-unmute = 🔔 Сообщать: { $title }
channel-silent = молчит
channel-history = старые посты в пути
channel-also = также { $names }
channel-polled = читается без вступления
channel-missed = { $count } из { $total } без уведомления
notice-channel_silent = 🔇 { $title } молчит уже { $hours } ч, обычно так не бывает.
notice-channel_lost = 🚫 Канал { $title } больше не прочитать: он закрыт или удалён, или заблокировал аккаунты. Его посты сохранены. Я буду пробовать снова, всё реже; сразу — /watch.

admin-title = Как дела у Дозора
admin-no-accounts = Пока ни один аккаунт не слушает.
admin-account = каналов: { $count } из { $room }
admin-channels = { $count ->
    [one] Слежу за { $count } каналом.
   *[other] Слежу за { $count } каналами.
} { $orphans ->
    [0] В каждом из них есть аккаунт.
   *[other] Без аккаунта из них: { $orphans }.
}
admin-posts = Посты: { $pushed } прислал телеграм, { $found } пришлось забирать самому.
admin-queue = Сообщения: { $due } пора отправить, { $later } на потом, { $dead } не дошло.
admin-oldest = Самое старое ждёт { $seconds } с.
admin-chats = Чаты: { $active } на связи, { $gone } ушло, { $new } новых за неделю.
admin-slow = { $usual } мс, в худшем случае { $worst } мс
admin-refresh = 🔄 Обновить
admin-dead = ✉ Не дошло
admin-people = 👥 Люди
admin-log = 📜 Журнал
admin-back = ◀ Назад
letters-title = Сообщения, которые не дошли
letters-none = Все сообщения дошли.
letters-all = ↻ Отправить все снова
letters-alert = оповещение
letters-notice = сообщение
letters-digest = сводка
letters-update = правка оповещения
notice-letters_given_up =
    { $count ->
        [one] ✉ { $count } сообщение не дошло: /admin покажет его и отправит снова.
        [few] ✉ { $count } сообщения не дошли: /admin покажет их и отправит снова.
       *[other] ✉ { $count } сообщений не дошло: /admin покажет их и отправит снова.
    }
people-title = Люди
people-asking = Просят доступа:
people-admitted = Доступ открыт:
people-none = Никто не просил доступа и не был приглашён.
actions-title = Что делали администраторы
actions-none = Пока ничего.
action-admitted = открыл доступ
action-declined = отказал в доступе
action-invited = создал приглашение
action-invite_ended = отменил приглашение
action-resent = снова отправил то, что не дошло
action-broadcast = написал всем
action-watch = попросил следить за
action-unwatch = попросил больше не следить за
action-published = опубликовал тему
action-removed = удалил тему
action-restored = вернул тему
action-put_first = поставил первой тему
action-renamed = переименовал тему
action-described = изменил описание темы
action-rewritten = изменил запрос темы
broadcast-usage =
    Напишите после команды, что сказать всем, например:
    /broadcast Сегодня вечером меня не будет десять минут.
    Или ответьте на сообщение одной командой /broadcast.
broadcast-preview = Вот что прочитают все:
broadcast-send = { $count ->
    [one] 📣 Отправить в { $count } чат
    [few] 📣 Отправить в { $count } чата
   *[other] 📣 Отправить в { $count } чатов
}
broadcast-drop = ✖ Не отправлять
broadcast-dropped = Ничего не отправлено.
broadcast-sent = { $count ->
    [one] 📣 Отправляю в { $count } чат.
    [few] 📣 Отправляю в { $count } чата.
   *[other] 📣 Отправляю в { $count } чатов.
}
error-broadcast_too_long = Сообщение для всех может быть не длиннее { $limit } знаков.
alarm = { $count ->
    [one] ⚠️ Что-то пошло не так: { $what }
    [few] ⚠️ Что-то пошло не так { $count } раза: { $what }
   *[other] ⚠️ Что-то пошло не так { $count } раз: { $what }
}
    Где: { $where }. Подробности в журнале программы. Я говорю об этом не чаще раза в час.
command-admin = Как идут дела
command-broadcast = Написать всем

error-too_many_searches = Уже { $limit } поисков за минуту. Подождите, пожалуйста, немного.
since-edited = изменено; новое подчёркнуто, убранное зачёркнуто:
since-unmatched = После правки это уже не то, о чём вы просили.
since-unmatched-short = больше не подходит
since-deleted-minutes =
    { $count ->
        [0] удалено меньше чем через минуту
        [one] удалено через { $count } минуту
        [few] удалено через { $count } минуты
       *[other] удалено через { $count } минут
    }
since-deleted-hours =
    { $count ->
        [one] удалено через { $count } час
        [few] удалено через { $count } часа
       *[other] удалено через { $count } часов
    }
since-deleted-days =
    { $count ->
        [one] удалено через { $count } день
        [few] удалено через { $count } дня
       *[other] удалено через { $count } дней
    }
story-more =
    { $count ->
        [one] { $count } канал
        [few] { $count } канала
       *[other] { $count } каналов
    }
story-first = первым был { $channel }
story-button = 🧵 Кто и когда об этом сообщил
story-title =
    { $count ->
        [one] Об этом сообщил { $count } канал
        [few] Об этом сообщили { $count } канала
       *[other] Об этом сообщили { $count } каналов
    }
story-alone = Других каналов с этой новостью нет:
story-several =
    { $count ->
        [one] { $count } новость, о которой сообщили и другие каналы
        [few] { $count } новости, о которых сообщили и другие каналы
       *[other] { $count } новостей, о которых сообщили и другие каналы
    }
story-none = Ни об одной из этих новостей другие каналы не сообщали.
story-deleted = удалено
story-related = Возможно, о том же другими словами:
story-usage = Ответьте на оповещение или сводку командой /story, и я покажу, какие каналы сообщили то же самое и когда.
stories-once = Когда несколько каналов сообщают одно и то же, приходит одно сообщение, а остальные я добавляю в него без звука.
stories-every = Приходит сообщение о каждом посте, даже если несколько каналов сообщают одно и то же.
stories-button-once = Одно на новость
stories-button-every = Каждый пост
command-story = В ответ на оповещение: кто сообщил то же самое
command-stories = Одно сообщение на новость или каждый пост
command-pictures = Картинки постов: всегда или по просьбе
error-no_alert = Это не оповещение и не сводка, или посты из этого сообщения больше не хранятся. Ответьте командой /story на оповещение или сводку.

group-welcome =
    👁 Я сообщаю этой группе о постах в открытых каналах. О каких именно, решают её администраторы, например:
    /subscribe посольство Баку

    Темы на выбор: /topics. В форуме у каждой ветки они свои.
editors-title = Редакторы этой группы
editors-none = Кроме администраторов, пока никого.
editors-how = Администратор назначает редактора, отвечая на его сообщение командой /editors.
groups-only = Это для групп: там редакторы решают, о чём сообщать.
command-editors = Кто решает, о чём сообщать этой группе
alerts-a-day = { $count ->
    [one] ✋ Сегодня я сообщил вам по отдельности о { $count } посте — больше мне нельзя.
   *[other] ✋ Сегодня я сообщил вам по отдельности о { $count } постах — больше мне нельзя.
} Всё остальное за сегодня придёт одним сообщением раз в час; срочное по-прежнему приходит сразу. Чтобы сообщений стало меньше: /topics
digest-title = { $count ->
    [one] Для вас отложен { $count } пост
    [few] Для вас отложено { $count } поста
   *[many] Для вас отложено { $count } постов
}
digest-usage =
    Темы, для которых в /topics выбрана «Сводка», приходят вместе. Когда — скажите так:
    /digest hourly
    /digest daily 09:00
    /digest weekly пн,чт 09:00
    /digest rich — темы, которые сворачиваются, если ваш телеграм достаточно новый; /digest classic
digest-hourly = 📰 Сводка приходит каждый час.
digest-daily = 📰 Сводка приходит каждый день в { $time } ({ $zone }).
digest-weekly = 📰 Сводка приходит в { $time } ({ $zone }) по дням: { $days }.
digest-folds = Темы в сводках сворачиваются.
digest-next = Следующая:
quiet-none =
    Я могу писать в любое время. Назовите тихие часы, и я отложу всё до их конца:
    /quiet 23:00-07:00
quiet-hours =
    Тихо с { $begin } до { $end } ({ $zone }). Что придёт за это время, вы получите потом одним сообщением.
    /quiet off — отменить; /timezone — ваш часовой пояс
snooze-none =
    Ничего не отложено. Чтобы некоторое время ничего не получать:
    /snooze 2h
snoozed = 😴 Я откладываю всё до
snooze-end = /snooze off — отменить
timezone-is =
    Ваш часовой пояс — { $zone }; там сейчас { $time }. Другой, по названию или городу:
    /timezone Баку
hush-hour = 🔕 1 ч
hush-day = 🔕 1 д
hush-channel = 🚫 📢
hush-less = 👎 Реже
muted-hour = 🔕 { $name }: час тишины. Нажмите ещё раз, чтобы отменить.
muted-day = 🔕 { $name }: сутки тишины. Нажмите ещё раз, чтобы отменить.
muted-channel = 🚫 Больше не пишу вам о канале { $name }. Нажмите ещё раз, чтобы отменить.
muted-no-more = 🔔 Снова пишу вам: { $name }.
lessened = 👎 { $name }: не больше { $count } постов в час, остальное — в сводке. Изменить: /topics.
lessened-digest = 📰 { $name } теперь приходит в сводке. Изменить: /topics.
lessened-plain = 🌙 { $name } больше не звонит в тихие часы. Нажмите ещё раз, чтобы было меньше. Изменить: /topics.
lessened-already = 📰 { $name } и так приходит в сводке. Изменить: /topics.
lessened-silent = 🔇 { $name } уже не приносит сообщений. Изменить: /topics.
error-bad_hours = Не понимаю, в какие часы молчать. Напишите так: 23:00-07:00 или 23-7; отменить тихие часы — /quiet off.
error-bad_span = Не понимаю, сколько времени молчать. Напишите так: 30m, 2h или 7d, не больше 30 дней; отменить — /snooze off.
error-bad_schedule = Не понимаю, когда присылать сводку. Напишите так: /digest hourly, /digest daily 09:00 или /digest weekly пн,чт 09:00. Какие темы приходят в сводке, выбирают в /topics.
error-unknown_zone = Не знаю такого города или часового пояса: { $name }. Назовите ближайший большой город или напишите так: Europe/Kyiv, UTC+4.
command-quiet = Тихие часы
command-snooze = Некоторое время ничего не получать
command-digest = Когда приходит сводка
command-timezone = Ваш часовой пояс
notice-thread_gone = 🧵 Ветки, в которой я сообщал о постах, больше нет, а создать новую я не могу: для этого мне нужно право управлять темами. Теперь я сообщаю здесь.
