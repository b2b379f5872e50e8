language-name = Українська

start = 👁 Дозор стежить за відкритими телеграм-каналами замість вас і пише, щойно виходить допис, на який ви чекаєте.
start-topics = Або почніть із готової теми:
start-own =
    Напишіть своїми словами, на що чекаєте, наприклад: посольство Баку

    Запитайте про все, що будь-коли публікувалося:
    /search посольство Баку

    Усі команди: /help
start-all = 📚 Усі теми
help =
    /subscribe СЛОВА — повідомляти про дописи з цими словами
    /unsubscribe — більше не повідомляти
    /subscriptions — про що я вам повідомляю
    /feed — читати тему через RSS
    /topics — ваші теми і спільні, з яких можна вибрати
    /search СЛОВА — знайти дописи, спершу нові
    /last @channel — останні дописи каналу
    /stats СЛОВА — графік: скільки про це пишуть
    /trends — слова, які трапляються частіше, ніж зазвичай
    /export СЛОВА — дописи файлом
    /story — у відповідь на сповіщення чи зведення: хто повідомив те саме; /stories — одне повідомлення на новину чи кожен допис
    /pictures — зображення, яких немає в перегляді: завжди або на прохання
    /quiet, /snooze — коли мовчати; /digest — коли надходить зведення; /timezone
    /channels — за якими каналами стежу
    /language — українська, English …
    /export_my_data, /delete_my_data — що я про вас зберігаю

    Слова знаходяться в будь-якій формі та в будь-якому порядку. "Фраза" зберігає порядок, а | б — будь-яке з двох, -слово — без нього, арешт* — початок слова. Докладніше: /help query
help-group =
    { help }

    /editors — хто, крім адміністраторів, вирішує, про що повідомляти цю групу
help-admin =
    { help }

    /watch @channel — стежити за каналом; /watch @channel 30d візьме до архіву і його старі дописи
    /unwatch @channel — більше не стежити
    /admin — як ідуть справи; /broadcast ТЕКСТ — написати всім
    /invite 10 7d — посилання, яке впустить десятьох; /invites — усі посилання
    /publish — створити спільну тему
hint = Я читаю лише слова. Напишіть, на що чекаєте, наприклад: посольство Баку. Усі команди: /help
edited = Я вже виконав це повідомлення в попередньому вигляді. Щоб щось змінити, напишіть його заново.
button-outdated = Ця кнопка лишилася від попередньої версії. Ваші теми: /topics
unknown-command = Такої команди я не знаю. Усі команди: /help

query-help-title = Як написати запит
query-help =
    посольство Баку — обидва слова, у будь-якій формі та порядку
    страйк | протест — будь-яке з двох
    страйк -футбол — перше без другого
    (страйк | протест) вокзал — дужки збирають разом
    "центральний банк" — ці слова поруч
    "ставка банку"~2 — між ними до двох інших
    =лук — саме в цій формі
    арешт* — початок слова, щонайменше три літери
    ~Ібрагімов — ім'я в будь-якому написанні та абетці
    #вибори — мітка; так само @ім'я і $ТІКЕР
    example.org — посилання, і t.me/… теж
    /курс\s+\d+/ — регулярний вираз
    землетрус from:@news — в одному каналі; -from:@news — у всіх інших
    землетрус lang:uk — однією мовою
    землетрус has:photo — зі світлиною; або video, file, link, poll
    землетрус -is:forward — що не переслано; is:edited — змінено
query-help-end = Лише в пошуку: after:2025-07-01, before:2025-08-01, last:7d (12h, 2w).

subscribe-usage =
    Напишіть після команди, на що ви чекаєте, наприклад:
    /subscribe посольство Баку
subscribed = 🔔 Підписку оформлено: { $topic }
subscribed-already = Така підписка вже є: { $topic }
subscriptions-none = Підписок немає. Оформте першу: /subscribe і слова, на які ви чекаєте.
unsubscribe-choose = Яку підписку скасувати?

topics-mine = 🔔 Про що я вам повідомляю:
topics-mine-none = Поки ні про що. Напишіть, на що чекаєте, або виберіть спільну тему.
topics-public = 📣 Спільні теми:
topics-public-none = Поки їх немає. Напишіть, на що чекаєте, і це стане вашою власною темою.
topics-found =
    { $count ->
        [0] 🔍 Тем із такими словами немає: { $words }
        [one] 🔍 { $count } тема: { $words }
        [few] 🔍 { $count } теми: { $words }
       *[other] 🔍 { $count } тем: { $words }
    }
tab-mine = 🔔 Мої
tab-public = 📣 Спільні
topics-find = 🔍 Знайти
topics-publish = ➕ Спільна тема
topics-back = ◀ Мої теми
topics-others = ◀ Спільні теми
topic-ended = 🗑 Більше не повідомляю про: { $topic }
topic-removed = 🗑 Тему видалено в усіх: { $topic }
topic-restored = ✅ Тему повернуто всім, хто її мав.
topic-published = ✅ Опубліковано: тепер цю тему може вибрати кожен.
topic-saved = ✅ Збережено.
topic-copied = ✅ Скопійовано: ця тема тепер ваша.
topic-is-first = ⭐ Тепер ця тема показується першою.
topic-settings = ⚙ Налаштувати
topic-link = Хто відкриє це посилання, теж підпишеться на тему:
share-send = 📨 Надіслати посилання в чат
share-copy = 📋 Скопіювати посилання
back = ↩ Назад
undo = ↩ Скасувати
never-mind = ✖ Не треба
topic-is-paused = призупинено
topic-is-muted = тиша до
topic-is-urgent = дзвонить і в тихі години
topic-is-limited =
    { $count ->
        [one] не більше { $count } допису на годину
        [few] не більше { $count } дописів на годину
       *[other] не більше { $count } дописів на годину
    }
tells-instant = одразу
tells-digest = у зведенні
tells-silent = без повідомлень, лише зберігається
mode-instant = Одразу
mode-digest = Зведення
mode-silent = Мовчки
topic-resume = ▶ Продовжити
topic-pause = ⏸ Пауза
topic-urgent = ❗ Термінове
topic-limit = { $count } / г
topic-channels =
    { $count ->
        [one] { $count } канал
        [few] { $count } канали
       *[other] { $count } каналів
    }
topic-languages =
    { $count ->
        [one] { $count } мова
        [few] { $count } мови
       *[other] { $count } мов
    }
filter-channel-any = Усі канали
filter-language-any = Усі мови
topic-which-channels = Про дописи яких каналів повідомляти?
topic-which-languages = Про дописи якими мовами повідомляти?
topic-often = 📊 Як часто?
topic-share = 🔗 Поділитися
topic-query = 📝 Запит
topic-name = 🏷 Назва
topic-copy = 📑 Зробити свою копію
topic-description = 📄 Опис
topic-first = ⭐ Наперед
topic-remove = 🗑 Видалити в усіх
topic-end = 🗑 Відписатися
proposal-take = 🔔 Підписатися
proposal-narrower = Це багато. Не показувати дописи зі словом:
proposal-wider = Це мало. Так знайдеться більше:
estimate =
    { $days ->
        [1] За останню добу: { $count ->
            [one] { $count } допис
            [few] { $count } дописи
           *[other] { $count } дописів
        }
        [one] За останній { $days } день: { $count ->
            [one] { $count } допис
            [few] { $count } дописи
           *[other] { $count } дописів
        }
        [few] За останні { $days } дні: { $count ->
            [one] { $count } допис
            [few] { $count } дописи
           *[other] { $count } дописів
        }
       *[other] За останні { $days } днів: { $count ->
            [one] { $count } допис
            [few] { $count } дописи
           *[other] { $count } дописів
        }
    }
estimate-about =
    { $days ->
        [1] За останню добу: { $count ->
            [one] приблизно { $count } допис
            [few] приблизно { $count } дописи
           *[other] приблизно { $count } дописів
        }
        [one] За останній { $days } день: { $count ->
            [one] приблизно { $count } допис
            [few] приблизно { $count } дописи
           *[other] приблизно { $count } дописів
        }
        [few] За останні { $days } дні: { $count ->
            [one] приблизно { $count } допис
            [few] приблизно { $count } дописи
           *[other] приблизно { $count } дописів
        }
       *[other] За останні { $days } днів: { $count ->
            [one] приблизно { $count } допис
            [few] приблизно { $count } дописи
           *[other] приблизно { $count } дописів
        }
    }
estimate-least = Понад { $count } дописів на день.
estimate-none =
    { $days ->
        [1] За останню добу — жодного допису.
        [one] За останній { $days } день — жодного допису.
        [few] За останні { $days } дні — жодного допису.
       *[other] За останні { $days } днів — жодного допису.
    }
estimate-day = близько { $count } на день
estimate-rare =
    { $days ->
        [one] приблизно один за { $days } день
        [few] приблизно один за { $days } дні
       *[other] приблизно один за { $days } днів
    }
ask-name = Надішліть нову назву; перед нею може бути емодзі. Зараз:
ask-query = Надішліть новий запит. Натисніть на теперішній, щоб його скопіювати:
ask-description = Надішліть одним рядком, про що ця тема.
ask-find = Надішліть слова з назви або запиту теми.
ask-publish =
    Надішліть спільну тему рядками: емодзі й назва, за бажання опис, і запит, або по запиту на кожну мову:

    🏛 Посольства
    Що відбувається в посольствах
    uk: посольство | амбасада
    ru: посольство | консульство

search-usage =
    Напишіть після команди, що шукати, наприклад:
    /search посольство Баку
search-nothing = Нічого не знайдено: { $query }
search-page = сторінка { $number }
search-count = { $count ->
    [one] { $count } допис
    [few] { $count } дописи
   *[other] { $count } дописів
}
search-count-more = понад { $count } дописів
search-further = Поки що нічого. Шукати серед старіших?
search-newer = ◀ новіші
search-older = старіші ▶

last-usage =
    Назвіть канал після команди, наприклад:
    /last @channel
search-alert = 🔔 Повідомляти
search-share = ↗ Поділитися
filter-channel-icon = 📢
filter-language-icon = 🌐
filter-period-icon = 📅
filter-period-any = Весь час
filter-period-24h = 24 години
filter-period-7d = 7 днів
filter-period-30d = 30 днів
filter-period-365d = Рік
filter-media-icon = 🖼
filter-media-any = Усі дописи
filter-media-photo = Зі світлинами
filter-media-file = З файлом
filter-media-link = З посиланням
filter-media-poll = З опитуванням
inline-hint = Напишіть, що шукати
inline-all = Усі дописи — у чаті з ботом
inline-nothing = Нічого не знайдено. Запитайте в чаті з ботом

feed-choose = Яку тему читати через RSS?
feed-none = Посилання на стрічку цієї теми ще немає. Читати стрічку зможе кожен, хто має посилання.
feed-link = Нікому не показуйте цього посилання: читати стрічку може кожен, хто його має.
feed-make = 🔗 Створити посилання
feed-renew = 🔄 Нове
feed-revoke = 🗑 Відкликати

stats-usage =
    Напишіть після команди назву теми або запит, і я покажу на графіку, скільки про це писали:
    /stats посольство Баку
stats-others = інші канали
stats-cut = Пораховано лише найновіші дописи.
stats-24h = 24 год
stats-7d = 7 дн
stats-30d = 30 дн
stats-light = ☀️ Світла картинка
stats-dark = 🌙 Темна картинка

export-usage =
    Напишіть після команди, що шукати, і я надішлю дописи файлом:
    /export посольство Баку last:30d
export-choose = Яким файлом?
export-progress = { $done } з { $count ->
    [one] { $count } допису
   *[other] { $count } дописів
}
export-cut = У файлі лише найновіші дописи. Звузьте запитання, наприклад так: last:30d.
export-interrupted = Мене зупинили раніше, ніж файл був готовий. Попросіть знову: /export

trends-title = Що зростає за останню добу
trends-times = { $times ->
    [one] у { $times } раз більше звичайного
    [few] у { $times } рази більше звичайного
   *[other] у { $times } разів більше звичайного
}
trends-none = За останню добу жодне слово не траплялося помітно частіше, ніж зазвичай.
trends-unknown = Щоб знати, що буває зазвичай, мені потрібні дописи за кілька днів. Запитайте, будь ласка, пізніше.
notice-spike = ⚡ { $topic }: { $count ->
    [one] { $count } допис
    [few] { $count } дописи
   *[other] { $count } дописів
} за останню годину, { $times ->
    [one] у { $times } раз більше звичайного
    [few] у { $times } рази більше звичайного
   *[other] у { $times } разів більше звичайного
}.

translate = 🌐 Перекласти
translating = 🌐 Перекладаю…
translation-from = переклад з мови: { $language }
translation_late = 🌐 Переклад триває надто довго. Спробуйте, будь ласка, пізніше.
pictures-button = 🖼 Зображення
pictures-coming = 🖼 Зображення вже в дорозі…
pictures_late = 🖼 Зображення йдуть надто довго. Спробуйте, будь ласка, пізніше.
pictures_none = 🖼 Зображення цього допису отримати не вдалося. До них веде його посилання.
pictures-always = 🖼 Зображення й відео, яких не видно в попередньому перегляді допису, надходять слідом за сповіщенням.
pictures-asked = 🖼 Зображення й відео, яких не видно в попередньому перегляді допису, надходять, коли ви натиснете кнопку під сповіщенням.
pictures-button-always = Надсилати завжди
pictures-button-asked = Лише на прохання

channels-title = { $count ->
    [one] Стежу за { $count } каналом:
   *[other] Стежу за { $count } каналами:
}
channels-none = Поки що не стежу за жодним каналом.
list-more = … і ще { $count }

language-choose = Якою мовою говорити?
language-chosen = Тепер я говорю українською.

channel-pick = 📢 Вибрати канал
watch-which = За яким каналом стежити? Виберіть його або напишіть /watch @channel (з дописами за останній місяць: /watch @channel 30d)
unwatch-which = За яким каналом більше не стежити? Виберіть його або напишіть /unwatch @channel
wish-usage = Назвіть канал після команди: /{ $command } @channel
watch-requested = ⏳ Приєднуюся до { $channel } і повідомлю, коли буде готово.
unwatch-requested = ⏳ Виходжу з { $channel } і повідомлю, коли буде готово.

alert-open = Відкрити допис
alert-edited = змінено
alert-forward = переслано
alert-forward-of = переслано від: { $origin }
alert-again = надіслано повторно: телеграм не підтвердив доставку
joined-title = { $count ->
    [one] { $count } новий допис
    [few] { $count } нових дописи
   *[many] { $count } нових дописів
}
alert-album = { $count ->
    [one] альбом з { $count }
   *[other] альбом із { $count }
}
media-photo = 🖼 світлина
media-video = 🎞 відео
media-file = 📎 файл
media-poll = 📊 опитування

error-unexpected = У мене щось зламалося. Помилку записано; спробуйте, будь ласка, пізніше.
error-access_closed = Цей бот впускає по одному. Попросіть адміністраторів: /join
error-admins_only = Це можуть лише адміністратори бота.
error-search_gone = Цього пошуку я вже не пам'ятаю. Запитайте знову: /search.
error-unknown_channel = За каналом із таким ім'ям я не стежу: { $name }. Список: /channels.
error-too_many_subscriptions = В одному чаті може бути не більше { $limit } підписок. Спершу скасуйте одну: /unsubscribe.
error-topic_gone = Цієї теми більше немає. Ваші теми: /topics
error-unknown_feed = За цим посиланням стрічки немає.
error-not_subscribed = Підписки на таку тему в цьому чаті немає. Список: /subscriptions.
error-feeds_off = Цей бот стрічок не віддає; увімкнути їх може адміністратор.
error-http_port = Вебсервер не може слухати { $host }:{ $port }.
error-topic_changed = Тему тим часом змінив хтось інший. Погляньте на неї знову: /topics
error-same_query = Тема з таким запитом у вас уже є: { $name }
error-not_yours = Змінювати тему може лише той, хто її створив. Зробіть свою копію.
error-empty_name = Темі потрібна назва хоча б з однієї літери.
error-incomplete_topic = Надішліть назву першим рядком і запит останнім; між ними може бути лише опис.
error-group_admins_only = Про що повідомляти цю групу, вирішують лише її адміністратори та редактори, призначені через /editors.
error-busy = Попереднє для цього чату я ще роблю. Зачекайте, будь ласка.
error-chart = Картинку не вдалося намалювати. Спробуйте, будь ласка, пізніше.
error-export_too_large = Файл більший, ніж бот може надіслати. Звузьте запитання, наприклад так: last:30d.
error-translation_off = Перекладати дописи зараз не виходить.
error-pictures_off = Зображення цього допису отримати не можна: їх захищає канал, або його зараз ніхто не читає.
error-post_gone = Цього допису більше немає.
error-settings = Налаштування непридатні.
error-database_url = Адреса бази даних має починатися з sqlite:/// або postgresql://.
error-database_unreachable = Не вдається відкрити базу даних.
error-database_full = Зараз я нічого не можу записати: диск заповнено. Адміністраторам треба звільнити місце; усе попереднє ціле.
error-database_read_only = Зараз я нічого не можу записати: база даних доступна лише для читання. Це справа адміністраторів.
error-telegram_unreachable = Телеграм недоступний.
error-newer_schema = Схему { $version } цієї бази даних створила новіша версія програми; ця знає схеми до { $newest }. Оновіть програму.
error-upgrade_ended = Зміну бази даних перервано: запустіть ще раз.
error-older_processes =
    { $count ->
        [one] Працює { $count } процес попередньої версії: з новою базою даних він не зможе продовжувати. Спершу зупиніть його, потім запустіть ще раз.
        [few] Працюють { $count } процеси попередньої версії: з новою базою даних вони не зможуть продовжувати. Спершу зупиніть їх, потім запустіть ще раз.
       *[other] Працюють { $count } процесів попередньої версії: з новою базою даних вони не зможуть продовжувати. Спершу зупиніть їх, потім запустіть ще раз.
    }
error-schema_held = Базу даних не вдається змінити: транзакція процесу PostgreSQL { $pid } тримає таблицю вже { $seconds } с. Завершіть її та запустіть ще раз.
error-not_the_owner = Базу даних треба змінити, а цій ролі PostgreSQL це не дозволено. Виконайте `dozor migrate` від імені власника бази даних і запустіть ще раз.
error-newer_index = Індекс архіву створила новіша версія програми. Оновіть програму.
error-backup_unwritable = Резервну копію туди не записати. Звільніть місце або назвіть інший файл.
error-backup_exists = Такий файл уже є. Назвіть інший.
error-not_a_backup = Цей файл — не ціла резервна копія для такої бази даних. Нічого не змінено.
error-not_empty = База даних не порожня, і поверх неї нічого не копіюється. Вкажіть нову в налаштуваннях.
error-unfit_source = Такої бази даних SQLite у найновішій схемі немає. Назвіть іншу й спершу оновіть її схему.
error-wrong_target = Копіювати можна із SQLite до PostgreSQL. Вкажіть у налаштуваннях базу даних PostgreSQL.
error-bad_line = Рядок { $line } — не допис.
error-broken_file = Файл обривається на байті { $byte }. Усі дописи до цього місця збережено.
error-misfits = З файлу не прочитано й пропущено записів: { $count }. Усе інше збережено.
error-not_a_channel_export = У вивантаженні приватне листування або група. Завантажити можна лише канали.
error-not_an_export = Це не вивантаження Telegram Desktop: повідомлень у файлі немає.
error-bad_token = Телеграм не знає токена цього бота.
error-api_id_missing = У налаштуваннях немає [telegram] api_id та api_hash.
error-unknown_account = У налаштуваннях немає облікового запису з таким ім'ям.
error-session_folder = До теки файлу сесії не можна писати: { $folder }
error-session_file = Цей файл — не сесія: { $path }
error-bad_key = Ключ шифрування не читається або це не такий ключ.
error-wrong_key = Зашифровано іншим ключем, або ключ не задано: { $what }
error-public_key = Цей файл — не відкритий ключ: { $path }
error-not_signed_in = Вхід до облікового запису телеграму не виконано.
error-session_revoked = Сесію облікового запису завершили з іншого пристрою.
error-account_banned = Телеграм заблокував обліковий запис.
error-wrong_phone = Телеграм не приймає цього номера телефону.
error-wrong_code = Телеграм надіслав інший код.
error-wrong_password = В облікового запису інший пароль.
error-login_timeout = Вхід тривав надто довго.
error-too_many_requests = Телеграм просить зачекати. Спробуйте пізніше.
error-channel_not_found = Каналу { $target } немає.
error-not_a_channel = { $target } — не канал.
error-channel_private = Цей канал закритий, або обліковий запис у ньому заблоковано.
error-invite_expired = Це запрошення більше не діє.
error-join_requested = До цього каналу приймають по одному; заявку надіслано.
error-too_many_channels = Обліковий запис уже в стількох каналах, скільки дозволяє телеграм.

notice-watch_joined = ✅ Тепер я стежу за каналом { $title }.
notice-watch_left = ✅ Більше не стежу за цим каналом. Його дописи залишаються в архіві.
notice-watch_failed = З каналом { $target } не вийшло. Спробуйте, будь ласка, пізніше.

command-help = Що я вмію
command-subscribe = Повідомляти про дописи з цими словами
command-unsubscribe = Скасувати підписку
command-topics = Мої теми й ті, що можна вибрати
command-subscriptions = Про що мені повідомляють
command-publish = Створити спільну тему
command-search = Знайти дописи, спершу нові
command-last = Останні дописи каналу
command-feed = Читати тему через RSS
command-stats = Графік: скільки про це пишуть
command-export = Отримати знайдені дописи файлом
command-trends = Слова, які трапляються частіше, ніж зазвичай
command-channels = За якими каналами стежу
command-language = Вибрати мову
command-watch = Стежити за каналом
command-unwatch = Більше не стежити за каналом

bot-description =
    👁 Дозор стежить за відкритими телеграм-каналами замість вас і пише, щойно в одному з них з'явиться те, на що ви чекаєте.

    Слова знаходяться в будь-якій формі, імена — у будь-якому написанні та абетці. Шукати можна в усьому, що будь-коли публікували.
bot-short-description = Стежить за відкритими каналами замість вас і повідомляє про дописи, на які ви чекаєте.

error-query_syntax =
    { $reason ->
        [empty] Напишіть хоча б одне слово.
        [too_long] У запиті може бути не більше 1000 знаків.
        [too_many_terms] У запиті може бути не більше 64 слів.
        [too_deep] Дужки можуть стояти не глибше 12 рівнів.
        [unclosed_quote] Здається, бракує закривальних лапок.
        [unclosed_bracket] Здається, бракує закривальної дужки.
        [only_negative] Скажіть, що потрібно, а не лише чого не потрібно.
        [short_prefix] Перед зірочкою потрібні щонайменше три літери.
        [bad_regex] Такий регулярний вираз непридатний.
        [bad_filter] Такого фільтра або такого його значення немає.
        [unknown_language] Такої мови я не знаю. Напишіть її код, наприклад lang:uk, lang:ru, lang:en, lang:az або lang:tr.
        [bad_date] Дати пишуться так: 2025-07-01, строки так: 12h, 7d, 2w.
        [search_only] after:, before: і last: працюють у пошуку, але не в підписці.
       *[unexpected] Я не розумію цього запиту.
    } (Знак { $position })
query-comma = 💡 Кома не означає «або»: потрібні всі ці слова. Якщо досить будь-якого з них, напишіть:
error-no_account = У налаштуваннях немає облікового запису телеграму, який читав би канали.
error-stage = Демонстрацію не вдалося запустити.

error-invitation_needed = Цей бот — для запрошених. Попросіть посилання в одного з його адміністраторів.
error-invite_ended = Це запрошення закінчилося або вже використане. Попросіть нове.
error-invite_terms = Напишіть, на скількох людей і на який строк запрошення: /invite 10 7d (h — години, d — дні, w — тижні).
admission-asked = ⏳ Адміністратори бота отримали ваше прохання. Напишу, щойно вони вирішать.
admission-admitted = ✅ Вас впустили.
admission-declined = Адміністратори бота вас не впустили.
join-asked = 🚪 { $name } просить доступу.
join-admit = ✅ Впустити
join-decline = ✖ Відмовити
member-admitted = ✅ Доступ відкрито: { $name }.
member-declined = ✖ У доступі відмовлено: { $name }.
member-gone = Цього прохання більше немає.
invite-useless = { $access ->
    [open] Цим ботом може користуватися кожен: запрошення не потрібні.
   *[closed] Сюди впускають по одному: люди надсилають /join, а вирішуєте ви.
}
invite-made = 🎟 Передайте це посилання:
invite-uses = { $count ->
    [one] на { $count } людину
    [few] на { $count } людини
   *[other] на { $count } людей
}
invite-until = до
invite-end = ✖ Скасувати { $number }
invites-title = Запрошення
invites-none = Зараз запрошень немає. Створіть: /invite 10 7d
personal-exported = Усе, що я про вас зберігаю.
personal-ask = 🗑 Видалити все, що я про вас зберігаю: теми, підписки, пошуки й те, про що я вам повідомляв? Скасувати це буде неможливо. Спершу отримати копію: /export_my_data
personal-forget = 🗑 Видалити все
personal-keep = Залишити
personal-forgotten = Усе про вас видалено. Почати знову: /start
personal-kept = Нічого не видалено.
private-only = Напишіть це, будь ласка, у приватному листуванні зі мною.
command-export_my_data = Копія всього, що про мене зберігається
command-delete_my_data = Видалити все, що про мене зберігається
command-invite = Створити посилання-запрошення
command-invites = Чинні запрошення
alert-late = із запізненням
error-bad_depth = Глибину вкажіть як 12h, 30d або 8w, а не { $depth }: /watch @channel 30d
error-account_in_use = Із цим обліковим записом уже працює інший процес. Спершу зупиніть його.
error-already_running = Із цією базою даних уже працює інший такий процес. Спершу зупиніть його.
error-still_running = Із цією базою даних працюють інші процеси ({ $count }). Спершу зупиніть їх.
error-proxy = Проксі записується так: socks5://ім'я:пароль@хост:порт, http://хост:порт або mtproto://секрет@хост:порт.
notice-history_done = 📚 { $count ->
    [0] { $title }: інших старих дописів не знайшлося.
    [one] { $title }: в архіві тепер ще { $count } старий допис.
    [few] { $title }: в архіві тепер ще { $count } старі дописи.
   *[many] { $title }: в архіві тепер ще { $count } старих дописів.
}
notice-history_failed = Не вдалося отримати старі дописи каналу { $title }. Спробуйте ще раз пізніше: /watch.
error-backfill = Телеграм не дав прочитати старі дописи.

too-fast = 🐢 Зашвидко для мене: те, що надходить зараз, я пропускаю. Зачекайте, будь ласка, хвилину.
error-webhook = Телеграм не приймає адресу вебхука.
channel-last = останній допис
channel-empty = дописів ще не було
channel-unread = його ніхто не читає
channel-behind = { $count ->
    [one] відстає на { $count } допис
    [few] відстає на { $count } дописи
   *[many] відстає на { $count } дописів
}
channel-muted = не повідомляю
channel-unmute = 🔔 Сповіщати: { $title }
channel-silent = мовчить
channel-history = старі дописи в дорозі
channel-also = також { $names }
channel-polled = читається без вступу
channel-missed = { $count } з { $total } без сповіщення
notice-channel_silent = 🔇 { $title } мовчить уже { $hours } год, зазвичай так не буває.
notice-channel_lost = 🚫 Канал { $title } більше не прочитати: він закритий чи видалений, або заблокував облікові записи. Його дописи збережено. Я пробуватиму знову, дедалі рідше; одразу — /watch.

admin-title = Як справи в Дозора
admin-no-accounts = Поки що жоден обліковий запис не слухає.
admin-account = каналів: { $count } з { $room }
admin-channels = { $count ->
    [one] Стежу за { $count } каналом.
   *[other] Стежу за { $count } каналами.
} { $orphans ->
    [0] У кожному з них є обліковий запис.
   *[other] Без облікового запису з них: { $orphans }.
}
admin-posts = Дописи: { $pushed } надіслав телеграм, { $found } довелося забирати самому.
admin-queue = Повідомлення: { $due } час надіслати, { $later } на потім, { $dead } не дійшло.
admin-oldest = Найстаріше чекає { $seconds } с.
admin-chats = Чати: { $active } на зв'язку, { $gone } пішло, { $new } нових за тиждень.
admin-slow = { $usual } мс, щонайгірше { $worst } мс
admin-refresh = 🔄 Оновити
admin-dead = ✉ Втрачені
admin-people = 👥 Люди
admin-log = 📜 Журнал
admin-back = ◀ Назад
letters-title = Повідомлення, які не дійшли
letters-none = Усі повідомлення дійшли.
letters-all = ↻ Надіслати всі знову
letters-alert = сповіщення
letters-notice = повідомлення
letters-digest = зведення
letters-update = правка сповіщення
notice-letters_given_up =
    { $count ->
        [one] ✉ { $count } повідомлення не дійшло: /admin покаже його й надішле знову.
        [few] ✉ { $count } повідомлення не дійшли: /admin покаже їх і надішле знову.
       *[other] ✉ { $count } повідомлень не дійшло: /admin покаже їх і надішле знову.
    }
people-title = Люди
people-asking = Просять доступу:
people-admitted = Доступ відкрито:
people-none = Ніхто не просив доступу й не був запрошений.
actions-title = Що робили адміністратори
actions-none = Поки що нічого.
action-admitted = відкрив доступ
action-declined = відмовив у доступі
action-invited = створив запрошення
action-invite_ended = скасував запрошення
action-resent = знову надіслав те, що не дійшло
action-broadcast = написав усім
action-watch = попросив стежити за
action-unwatch = попросив більше не стежити за
action-published = опублікував тему
action-removed = видалив тему
action-restored = повернув тему
action-put_first = поставив першою тему
action-renamed = перейменував тему
action-described = змінив опис теми
action-rewritten = змінив запит теми
broadcast-usage =
    Напишіть після команди, що сказати всім, наприклад:
    /broadcast Сьогодні ввечері мене не буде десять хвилин.
    Або дайте відповідь на повідомлення самою командою /broadcast.
broadcast-preview = Ось що прочитають усі:
broadcast-send = { $count ->
    [one] 📣 Надіслати в { $count } чат
    [few] 📣 Надіслати в { $count } чати
   *[other] 📣 Надіслати в { $count } чатів
}
broadcast-drop = ✖ Не надсилати
broadcast-dropped = Нічого не надіслано.
broadcast-sent = { $count ->
    [one] 📣 Надсилаю в { $count } чат.
    [few] 📣 Надсилаю в { $count } чати.
   *[other] 📣 Надсилаю в { $count } чатів.
}
error-broadcast_too_long = Повідомлення для всіх може мати щонайбільше { $limit } знаків.
alarm = { $count ->
    [one] ⚠️ Щось пішло не так: { $what }
    [few] ⚠️ Щось пішло не так { $count } рази: { $what }
   *[other] ⚠️ Щось пішло не так { $count } разів: { $what }
}
    Де: { $where }. Подробиці в журналі програми. Я кажу про це не частіше ніж раз на годину.
command-admin = Як ідуть справи
command-broadcast = Написати всім

error-too_many_searches = Уже { $limit } пошуків за хвилину. Зачекайте, будь ласка, трохи.
since-edited = змінено; нове підкреслено, прибране закреслено:
since-unmatched = Після правки це вже не те, про що ви просили.
since-unmatched-short = більше не підходить
since-deleted-minutes =
    { $count ->
        [0] видалено менш ніж за хвилину
        [one] видалено через { $count } хвилину
        [few] видалено через { $count } хвилини
       *[other] видалено через { $count } хвилин
    }
since-deleted-hours =
    { $count ->
        [one] видалено через { $count } годину
        [few] видалено через { $count } години
       *[other] видалено через { $count } годин
    }
since-deleted-days =
    { $count ->
        [one] видалено через { $count } день
        [few] видалено через { $count } дні
       *[other] видалено через { $count } днів
    }
story-more =
    { $count ->
        [one] { $count } канал
        [few] { $count } канали
       *[other] { $count } каналів
    }
story-first = першим був { $channel }
story-button = 🧵 Хто й коли про це повідомив
story-title =
    { $count ->
        [one] Про це повідомив { $count } канал
        [few] Про це повідомили { $count } канали
       *[other] Про це повідомили { $count } каналів
    }
story-alone = Інших каналів із цією новиною немає:
story-several =
    { $count ->
        [one] { $count } новина, про яку повідомили й інші канали
        [few] { $count } новини, про які повідомили й інші канали
       *[other] { $count } новин, про які повідомили й інші канали
    }
story-none = Про жодну з цих новин інші канали не повідомляли.
story-deleted = видалено
story-related = Можливо, про те саме іншими словами:
story-usage = Дайте відповідь на сповіщення чи зведення командою /story, і я покажу, які канали повідомили те саме й коли.
stories-once = Коли кілька каналів повідомляють те саме, приходить одне повідомлення, а решту я додаю до нього без звуку.
stories-every = Приходить повідомлення про кожен допис, навіть якщо кілька каналів повідомляють те саме.
stories-button-once = Одне на новину
stories-button-every = Кожен допис
command-story = У відповідь на сповіщення: хто повідомив те саме
command-stories = Одне повідомлення на новину чи кожен допис
command-pictures = Зображення дописів: завжди чи на прохання
error-no_alert = Це не сповіщення й не зведення, або дописи з цього повідомлення більше не зберігаються. Дайте відповідь командою /story на сповіщення чи зведення.

group-welcome =
    👁 Я повідомляю цю групу про дописи у відкритих каналах. Про які саме, вирішують її адміністратори, наприклад:
    /subscribe посольство Баку

    Теми на вибір: /topics. У форумі кожна гілка має свої.
editors-title = Редактори цієї групи
editors-none = Крім адміністраторів, поки що нікого.
editors-how = Адміністратор призначає редактора, відповідаючи на його повідомлення командою /editors.
groups-only = Це для груп: там редактори вирішують, про що повідомляти.
command-editors = Хто вирішує, про що повідомляти цю групу
alerts-a-day = { $count ->
    [one] ✋ Сьогодні я повідомив вас окремо про { $count } допис — більше мені не можна.
    [few] ✋ Сьогодні я повідомив вас окремо про { $count } дописи — більше мені не можна.
   *[other] ✋ Сьогодні я повідомив вас окремо про { $count } дописів — більше мені не можна.
} Решта за сьогодні надходитиме одним повідомленням щогодини; термінове, як і раніше, приходить одразу. Щоб повідомлень було менше: /topics
digest-title = { $count ->
    [one] Для вас відкладено { $count } допис
    [few] Для вас відкладено { $count } дописи
   *[many] Для вас відкладено { $count } дописів
}
digest-usage =
    Теми, для яких у /topics вибрано «Зведення», надходять разом. Коли — скажіть так:
    /digest hourly
    /digest daily 09:00
    /digest weekly пн,чт 09:00
    /digest rich — теми, що згортаються, якщо ваш телеграм досить новий; /digest classic
digest-hourly = 📰 Зведення надходить щогодини.
digest-daily = 📰 Зведення надходить щодня о { $time } ({ $zone }).
digest-weekly = 📰 Зведення надходить о { $time } ({ $zone }) у такі дні: { $days }.
digest-folds = Теми у зведеннях згортаються.
digest-next = Наступне:
quiet-none =
    Я можу писати будь-коли. Назвіть тихі години, і я відкладу все до їхнього кінця:
    /quiet 23:00-07:00
quiet-hours =
    Тихо з { $begin } до { $end } ({ $zone }). Що надійде за цей час, ви отримаєте потім одним повідомленням.
    /quiet off — скасувати; /timezone — ваш часовий пояс
snooze-none =
    Нічого не відкладено. Щоб деякий час нічого не отримувати:
    /snooze 2h
snoozed = 😴 Я відкладаю все до
snooze-end = /snooze off — скасувати
timezone-is =
    Ваш часовий пояс — { $zone }; там зараз { $time }. Інший, за назвою чи містом:
    /timezone Київ
hush-hour = 🔕 год.
hush-day = 🔕 доба
hush-channel = 🚫 📢
hush-less = 👎Рідше
muted-hour = 🔕 { $name }: година тиші. Натисніть ще раз, щоб скасувати.
muted-day = 🔕 { $name }: доба тиші. Натисніть ще раз, щоб скасувати.
muted-channel = 🚫 Більше не пишу вам про канал { $name }. Натисніть ще раз, щоб скасувати.
muted-no-more = 🔔 Знову пишу вам: { $name }.
lessened = 👎 { $name }: не більше { $count } дописів на годину, решта — у зведенні. Змінити: /topics.
lessened-digest = 📰 { $name } тепер надходить у зведенні. Змінити: /topics.
lessened-plain = 🌙 { $name } більше не дзвонить у тихі години. Натисніть ще раз, щоб було менше. Змінити: /topics.
lessened-already = 📰 { $name } і так надходить у зведенні. Змінити: /topics.
lessened-silent = 🔇 { $name } вже не приносить повідомлень. Змінити: /topics.
error-bad_hours = Не розумію, у які години мовчати. Напишіть так: 23:00-07:00 або 23-7; скасувати тихі години — /quiet off.
error-bad_span = Не розумію, скільки часу мовчати. Напишіть так: 30m, 2h або 7d, не більше 30 днів; скасувати — /snooze off.
error-bad_schedule = Не розумію, коли надсилати зведення. Напишіть так: /digest hourly, /digest daily 09:00 або /digest weekly пн,чт 09:00. Які теми надходять у зведенні, вибирають у /topics.
error-unknown_zone = Не знаю такого міста чи часового поясу: { $name }. Назвіть найближче велике місто або напишіть так: Europe/Kyiv, UTC+4.
command-quiet = Тихі години
command-snooze = Деякий час нічого не отримувати
command-digest = Коли надходить зведення
command-timezone = Ваш часовий пояс
notice-thread_gone = 🧵 Гілки, у якій я сповіщав про дописи, більше немає, а створити нову я не можу: для цього мені потрібне право керувати темами. Тепер я сповіщаю тут.
