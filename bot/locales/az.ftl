language-name = Azərbaycanca

start = 👁 Dozor açıq Telegram kanallarını sizin əvəzinizə izləyir və gözlədiyiniz paylaşım çıxan kimi sizə yazır.
start-topics = Və ya hazır mövzu ilə başlayın:
start-own =
    Nə gözlədiyinizi öz sözlərinizlə yazın, məsələn: səfirlik Bakı

    Nə vaxtsa paylaşılmış hər şeyi soruşun:
    /search səfirlik Bakı

    Bütün əmrlər: /help
start-all = 📚 Bütün mövzular
help =
    /subscribe SÖZLƏR – bu sözlərin keçdiyi paylaşımlar barədə xəbər vermək
    /unsubscribe – daha xəbər verməmək
    /subscriptions – sizə nə barədə xəbər verirəm
    /feed – mövzunu RSS ilə oxumaq
    /topics – mövzularınız və seçə biləcəyiniz ümumi mövzular
    /search SÖZLƏR – paylaşımları tapmaq, əvvəlcə yeniləri
    /last @channel – kanalın son paylaşımları
    /stats SÖZLƏR – qrafik: bu barədə nə qədər yazılır
    /trends – adi vaxtdan çox işlənən sözlər
    /export SÖZLƏR – paylaşımlar faylla
    /story – bildirişə və ya xülasəyə cavab olaraq: eyni xəbəri kim yazıb; /stories – bir xəbərə bir mesaj, yoxsa hər paylaşım
    /pictures – önbaxışda olmayan şəkillər: hər bildirişlə və ya istəyəndə
    /quiet, /snooze – nə vaxt susum; /digest – xülasə nə vaxt gəlsin; /timezone
    /channels – hansı kanalları izləyirəm
    /language – azərbaycanca, English …
    /export_my_data, /delete_my_data – haqqınızda nə saxlayıram

    Sözlər istənilən formada və istənilən ardıcıllıqla tapılır. "Söz birləşməsi" ardıcıllığını saxlayır, a | b ikisindən biri, -söz onsuz deməkdir, həbs* sözün əvvəlidir. Daha ətraflı: /help query
help-group =
    { help }

    /editors – administratorlardan başqa bu qrupa nə barədə yazılacağını kim dəyişir
help-admin =
    { help }

    /watch @channel – kanalı izləmək; /watch @channel 30d köhnə paylaşımları da arxivə alır
    /unwatch @channel – daha izləməmək
    /admin – işlər necə gedir; /broadcast MƏTN – hamıya yazmaq
    /invite 10 7d – on nəfəri qəbul edən keçid; /invites – bütün keçidlər
    /publish – ümumi mövzu yaratmaq
hint = Mən yalnız söz oxuyuram. Nə gözlədiyinizi yazın, məsələn: səfirlik Bakı. Bütün əmrlər: /help
edited = Bu mesajı əvvəlki halında artıq yerinə yetirmişəm. Nəyisə dəyişmək üçün yenidən yazın.
button-outdated = Bu düymə əvvəlki versiyadan qalıb. Mövzularınız: /topics
unknown-command = Belə bir əmr tanımıram. Bütün əmrlər: /help

query-help-title = Sorğu necə yazılır
query-help =
    səfirlik Bakı — hər iki söz, istənilən formada və ardıcıllıqla
    tətil | etiraz — ikisindən biri
    tətil -futbol — birincisi, amma ikincisi olmadan
    (tətil | etiraz) vağzal — mötərizələr birləşdirir
    "mərkəzi bank" — bu sözlər yan-yana
    "bank faiz"~2 — aralarında ən çoxu iki söz olmaqla
    =alma — məhz bu formada
    həbs* — sözün əvvəli, ən azı üç hərf
    ~İbrahimov — ad, istənilən yazılışda və əlifbada
    #seçki — teq; @ad və $TİKER də belədir
    example.org — keçid, t.me/… də həmçinin
    /məzənnə\s+\d+/ — requlyar ifadə
    zəlzələ from:@news — bir kanalda; -from:@news – qalan hamısında
    zəlzələ lang:az — bir dildə
    zəlzələ has:photo — şəkilli; yaxud video, file, link, poll
    zəlzələ -is:forward — yönləndirilməmiş; is:edited – dəyişdirilmiş
query-help-end = Yalnız axtarışda: after:2025-07-01, before:2025-08-01, last:7d (12h, 2w).

subscribe-usage =
    Əmrdən sonra nəyi gözlədiyinizi yazın, məsələn:
    /subscribe Bakı səfirlik
subscribed = 🔔 Abunə oldunuz: { $topic }
subscribed-already = Buna artıq abunəsiniz: { $topic }
subscriptions-none = Abunəliyiniz yoxdur. İlkini yaradın: /subscribe və gözlədiyiniz sözlər.
unsubscribe-choose = Hansı abunəliyi ləğv edim?

topics-mine = 🔔 Sizə bunlar haqqında yazıram:
topics-mine-none = Hələ heç nə. Nə gözlədiyinizi yazın və ya ümumi mövzu seçin.
topics-public = 📣 Ümumi mövzular:
topics-public-none = Hələ yoxdur. Nə gözlədiyinizi yazın, bu, sizin öz mövzunuz olacaq.
topics-found =
    { $count ->
        [0] 🔍 Bu sözlərlə mövzu yoxdur: { $words }
        [one] 🔍 { $count } mövzu: { $words }
       *[other] 🔍 { $count } mövzu: { $words }
    }
tab-mine = 🔔 Mənim
tab-public = 📣 Ümumi
topics-find = 🔍 Axtar
topics-publish = ➕ Ümumi mövzu
topics-back = ◀ Mövzularım
topics-others = ◀ Ümumi mövzular
topic-ended = 🗑 Daha bu barədə yazmıram: { $topic }
topic-removed = 🗑 Mövzu hamıdan silindi: { $topic }
topic-restored = ✅ Mövzu əvvəlki izləyicilərinə qaytarıldı.
topic-published = ✅ Dərc olundu: indi bu mövzunu hər kəs seçə bilər.
topic-saved = ✅ Yadda saxlanıldı.
topic-copied = ✅ Surəti çıxarıldı: bu mövzu artıq sizindir.
topic-is-first = ⭐ Bu mövzu artıq birinci göstərilir.
topic-settings = ⚙ Tənzimlə
topic-link = Bu keçidi açan hər kəs mövzuya da abunə olur:
back = ↩ Geri
undo = ↩ Geri al
never-mind = ✖ Lazım deyil
topic-is-paused = dayandırılıb
topic-is-muted = sakitlik bu vaxtadək:
topic-is-urgent = sakit saatlarda da çalır
topic-is-limited = saatda ən çoxu { $count } paylaşım
tells-instant = dərhal
tells-digest = xülasədə
tells-silent = mesajsız, yalnız saxlanılır
mode-instant = Dərhal
mode-digest = Xülasə
mode-silent = Səssiz
topic-resume = ▶ Davam et
topic-pause = ⏸ Dayandır
topic-urgent = ❗ Təcili
topic-limit = { $count } / s
topic-channels =
    { $count ->
        [one] { $count } kanal
       *[other] { $count } kanal
    }
topic-languages =
    { $count ->
        [one] { $count } dil
       *[other] { $count } dil
    }
filter-channel-any = Hər kanal
filter-language-any = Hər dil
topic-which-channels = Hansı kanalların paylaşımları barədə yazım?
topic-which-languages = Hansı dillərdəki paylaşımlar barədə yazım?
topic-often = 📊 Nə qədər?
topic-share = 🔗 Paylaş
topic-query = 📝 Sorğu
topic-name = 🏷 Ad
topic-copy = 📑 Öz surətimi yarat
topic-description = 📄 Təsvir
topic-first = ⭐ Önə çək
topic-remove = 🗑 Hamıdan sil
topic-end = 🗑 Ləğv et
proposal-take = 🔔 Abunə ol
proposal-narrower = Bu çoxdur. Bu sözlü paylaşımları çıxar:
proposal-wider = Bu azdır. Belə daha çox tapılır:
estimate =
    { $days ->
        [1] Son bir gündə: { $count ->
            [one] { $count } paylaşım
           *[other] { $count } paylaşım
        }
       *[other] Son { $days } gündə: { $count ->
            [one] { $count } paylaşım
           *[other] { $count } paylaşım
        }
    }
estimate-about =
    { $days ->
        [1] Son bir gündə: { $count ->
            [one] təxminən { $count } paylaşım
           *[other] təxminən { $count } paylaşım
        }
       *[other] Son { $days } gündə: { $count ->
            [one] təxminən { $count } paylaşım
           *[other] təxminən { $count } paylaşım
        }
    }
estimate-least = Gündə { $count } paylaşımdan çox.
estimate-none =
    { $days ->
        [1] Son bir gündə paylaşım yoxdur.
       *[other] Son { $days } gündə paylaşım yoxdur.
    }
estimate-day = gündə təxminən { $count }
estimate-rare =
    { $days ->
        [one] təxminən { $days } gündə bir
       *[other] təxminən { $days } gündə bir
    }
ask-name = Yeni adı göndərin; önündə emoji ola bilər. İndi belədir:
ask-query = Yeni sorğunu göndərin. İndikini köçürmək üçün üzərinə toxunun:
ask-description = Mövzunun nə barədə olduğunu bir sətirlə göndərin.
ask-find = Mövzunun adından və ya sorğusundan sözlər göndərin.
ask-publish =
    Ümumi mövzunu sətir-sətir göndərin: emoji və ad, istəsəniz təsvir, sonra sorğu, yaxud hər dil üçün bir sorğu:

    🏛 Səfirliklər
    Səfirliklərdə baş verənlər
    az: səfirlik | konsulluq
    ru: посольство | консульство

search-usage =
    Əmrdən sonra nə axtardığınızı yazın, məsələn:
    /search Bakı səfirlik
search-nothing = Heç nə tapılmadı: { $query }
search-page = səhifə { $number }
search-count = { $count } paylaşım
search-count-more = { $count } paylaşımdan çox
search-further = Hələlik heç nə yoxdur. Daha köhnə paylaşımlarda axtarım?
search-newer = ◀ yenilər
search-older = köhnələr ▶

last-usage =
    Əmrdən sonra kanalın adını yazın, məsələn:
    /last @channel
search-alert = 🔔 Xəbər ver
search-share = ↗ Paylaş
share-send = 📨 Keçidi çata göndər
share-copy = 📋 Keçidi kopyala
filter-channel-icon = 📢
filter-language-icon = 🌐
filter-period-icon = 📅
filter-period-any = Bütün dövr
filter-period-24h = 24 saat
filter-period-7d = 7 gün
filter-period-30d = 30 gün
filter-period-365d = Bir il
filter-media-icon = 🖼
filter-media-any = Paylaşımlar
filter-media-photo = Şəkil, video
filter-media-file = Faylla
filter-media-link = Keçidlə
filter-media-poll = Sorğu ilə
inline-hint = Nə axtardığınızı yazın
inline-all = Bütün paylaşımlar botla çatdadır
inline-nothing = Heç nə tapılmadı. Botla çatda soruşun

feed-choose = Hansı mövzunu RSS ilə oxumaq istəyirsiniz?
feed-none = Bu mövzunun lentinə hələ keçid yoxdur. Keçidi olan hər kəs lenti oxuya bilər.
feed-link = Bu keçidi heç kimə göstərməyin: keçidi olan hər kəs lenti oxuya bilər.
feed-make = 🔗 Keçid yarat
feed-renew = 🔄 Yeni keçid
feed-revoke = 🗑 Ləğv et

stats-usage =
    Əmrdən sonra mövzunun adını və ya sorğu yazın, bu barədə nə qədər yazıldığını qrafikdə göstərim:
    /stats Bakı səfirlik
stats-others = digər kanallar
stats-cut = Yalnız ən yeni paylaşımlar sayılıb.
stats-24h = 24 saat
stats-7d = 7 gün
stats-30d = 30 gün
stats-light = ☀️ Açıq rəngli şəkil
stats-dark = 🌙 Tünd rəngli şəkil

export-usage =
    Əmrdən sonra nə axtardığınızı yazın, paylaşımları faylla göndərim:
    /export Bakı səfirlik last:30d
export-choose = Hansı fayl növü?
export-progress = { $count } paylaşımdan { $done } hazırdır
export-cut = Faylda yalnız ən yeni paylaşımlar var. Sorğunu daraldın, məsələn: last:30d.
export-interrupted = Fayl hazır olmamış dayandırıldım. Yenidən istəyin: /export

trends-title = Son bir gündə artanlar
trends-times = adi vaxtdan { $times } dəfə çox
trends-none = Son bir gündə heç nə adi səviyyədən yuxarı qalxmayıb.
trends-unknown = Nəyin adi olduğunu bilmək üçün mənə bir neçə günün paylaşımları lazımdır. Zəhmət olmasa, sonra soruşun.
notice-spike = ⚡ { $topic }: son bir saatda { $count } paylaşım, adi vaxtdan { $times } dəfə çox.

translate = 🌐 Tərcümə et
translating = 🌐 Tərcümə edirəm…
translation-from = tərcümə, əslinin dili: { $language }
translation_late = 🌐 Tərcümə çox vaxt aparır. Zəhmət olmasa, sonra yenidən cəhd edin.
pictures-button = 🖼 Şəkillər
pictures-coming = 🖼 Şəkillər yoldadır…
pictures_late = 🖼 Şəkillər çox gecikir. Zəhmət olmasa, sonra yenidən cəhd edin.
pictures_none = 🖼 Bu paylaşımın şəkillərini almaq mümkün olmadı. Keçid onlara aparır.
pictures-always = 🖼 Paylaşımın önbaxışında görünməyən şəkil və videolar bildirişin ardınca gəlir.
pictures-asked = 🖼 Paylaşımın önbaxışında görünməyən şəkil və videolar bildirişin altındakı düyməni basanda gəlir.
pictures-button-always = Həmişə göndər
pictures-button-asked = Yalnız istəyəndə

channels-title = { $count } kanal izlənir:
channels-none = Hələlik heç bir kanal izlənmir.
list-more = … və daha { $count }

language-choose = Hansı dildə danışım?
language-chosen = Artıq azərbaycanca danışıram.

channel-pick = 📢 Kanal seçin
watch-which = Hansı kanalı izləyim? Seçin və ya /watch @channel yazın (son bir ayın paylaşımları ilə: /watch @channel 30d)
unwatch-which = Hansı kanalı daha izləməyim? Seçin və ya /unwatch @channel yazın
wish-usage = Əmrdən sonra kanalın adını yazın: /{ $command } @channel
watch-requested = ⏳ { $channel } kanalına qoşuluram, hazır olanda xəbər verəcəyəm.
unwatch-requested = ⏳ { $channel } kanalından çıxıram, hazır olanda xəbər verəcəyəm.

alert-open = Paylaşımı aç
alert-edited = dəyişdirilib
alert-forward = yönləndirilib
alert-forward-of = yönləndirilib, mənbə: { $origin }
alert-again = təkrar göndərildi: Telegram çatdırılmanı təsdiqləmədi
joined-title = { $count } yeni paylaşım
alert-album = { $count } hissəli albom
media-photo = 🖼 şəkil
media-video = 🎞 video
media-file = 📎 fayl
media-poll = 📊 sorğu

error-unexpected = Məndə nəsə sıradan çıxdı. Xəta qeydə alındı; zəhmət olmasa, sonra yenidən cəhd edin.
error-access_closed = Bu bot bir-bir qəbul edir. Administratorlardan istəyin: /join
error-admins_only = Bunu yalnız botun administratorları edə bilər.
error-search_gone = Bu axtarış artıq yadımda deyil. Yenidən soruşun: /search.
error-unknown_channel = Bu adda kanal izləmirəm: { $name }. Siyahı: /channels.
error-too_many_subscriptions = Bir çatda ən çoxu { $limit } abunəlik ola bilər. Əvvəlcə birini ləğv edin: /unsubscribe.
error-topic_gone = Bu mövzu artıq yoxdur. Mövzularınız: /topics
error-unknown_feed = Bu keçiddə lent yoxdur.
error-not_subscribed = Bu çat belə bir mövzuya abunə deyil. Siyahı: /subscriptions.
error-feeds_off = Bu bot lent vermir; administrator onu işə sala bilər.
error-http_port = { $host }:{ $port } ünvanını dinləmək olmur.
error-topic_changed = Bu mövzunu bu arada başqası dəyişib. Yenidən baxın: /topics
error-same_query = Bu sorğu ilə mövzunuz artıq var: { $name }
error-not_yours = Mövzunu yalnız onu yaradan dəyişə bilər. Öz surətinizi yaradın.
error-empty_name = Mövzunun ən azı bir hərfli adı olmalıdır.
error-incomplete_topic = Birinci sətirdə adı, sonuncuda sorğunu göndərin; arada yalnız təsvir ola bilər.
error-group_admins_only = Bu qrupa nə barədə yazılacağını yalnız onun administratorları və /editors ilə təyin olunan redaktorlar dəyişir.
error-busy = Bu çat üçün əvvəlkini hələ hazırlayıram. Zəhmət olmasa, gözləyin.
error-chart = Şəkli çəkmək alınmadı. Zəhmət olmasa, sonra yenidən cəhd edin.
error-export_too_large = Fayl botun göndərə biləcəyindən böyükdür. Sorğunu daraldın, məsələn: last:30d.
error-translation_off = Paylaşımları indi tərcümə etmək alınmır.
error-pictures_off = Bu paylaşımın şəkillərini almaq olmur: kanal onları qoruyur və ya hazırda onu heç kim oxumur.
error-post_gone = Bu paylaşım artıq yoxdur.
error-settings = Sazlamalar yararsızdır.
error-database_url = Verilənlər bazasının ünvanı sqlite:/// və ya postgresql:// ilə başlamalıdır.
error-database_unreachable = Verilənlər bazası açılmır.
error-database_full = Hazırda heç nə yaza bilmirəm: yaddaşda yer qalmayıb. Administratorlar yer açmalıdır; əvvəlkilərin hamısı yerindədir.
error-database_read_only = Hazırda heç nə yaza bilmirəm: verilənlər bazası yalnız oxunur. Bununla administratorlar məşğul olmalıdır.
error-telegram_unreachable = Telegram əlçatmazdır.
error-newer_schema = Bu verilənlər bazasının { $version } sxemini proqramın daha yeni versiyası yaradıb; bu versiya { $newest } sxeminə qədər tanıyır. Proqramı yeniləyin.
error-upgrade_ended = Verilənlər bazasının dəyişdirilməsi yarımçıq qaldı: yenidən başladın.
error-older_processes = Əvvəlki versiyanın { $count } prosesi işləyir və onlar yeni verilənlər bazası ilə davam edə bilməz. Əvvəlcə onları dayandırın, sonra yenidən başladın.
error-schema_held = Verilənlər bazasını dəyişmək olmur: PostgreSQL-in { $pid } prosesinin tranzaksiyası cədvəli artıq { $seconds } saniyədir tutur. Onu bitirin və yenidən başladın.
error-not_the_owner = Verilənlər bazası dəyişdirilməlidir, PostgreSQL-in bu roluna isə icazə verilmir. `dozor migrate` əmrini bazanın sahibi kimi icra edin və yenidən başladın.
error-newer_index = Arxivin indeksini proqramın daha yeni versiyası yaradıb. Proqramı yeniləyin.
error-backup_unwritable = Ehtiyat nüsxəsi oraya yazıla bilmir. Yer boşaldın və ya başqa fayl göstərin.
error-backup_exists = Belə fayl artıq var. Başqasını göstərin.
error-not_a_backup = Bu fayl belə verilənlər bazası üçün bütöv ehtiyat nüsxəsi deyil. Heç nə dəyişdirilmədi.
error-not_empty = Verilənlər bazası boş deyil, üzərinə heç nə köçürülmür. Parametrlərdə yenisini göstərin.
error-unfit_source = Ən yeni sxemdə belə SQLite verilənlər bazası yoxdur. Başqasını göstərin və əvvəlcə onun sxemini yeniləyin.
error-wrong_target = Köçürmə SQLite-dan PostgreSQL-ə olur. Parametrlərdə PostgreSQL bazasını göstərin.
error-bad_line = { $line } nömrəli sətir paylaşım deyil.
error-broken_file = Fayl { $byte } baytında qırılır. Ondan əvvəlki bütün paylaşımlar saxlanılıb.
error-misfits = Faylda { $count } qeyd oxuna bilmədi və buraxıldı. Qalanların hamısı saxlanılıb.
error-not_a_channel_export = İxrac faylında şəxsi yazışma və ya qrup var. Yalnız kanallar yüklənə bilər.
error-not_an_export = Bu, Telegram Desktop ixracı deyil: faylda mesaj tapılmadı.
error-bad_token = Telegram bu botun tokenini tanımır.
error-api_id_missing = Sazlamalarda [telegram] api_id və api_hash yoxdur.
error-unknown_account = Sazlamalarda bu adda hesab yoxdur.
error-session_folder = Sessiya faylının qovluğuna yazmaq olmur: { $folder }
error-session_file = Bu fayl sessiya deyil: { $path }
error-bad_key = Şifrələmə açarı oxunmur və ya belə açar deyil.
error-wrong_key = Başqa açarla şifrələnib və ya açar verilməyib: { $what }
error-public_key = Bu fayl açıq açar deyil: { $path }
error-not_signed_in = Telegram hesabına giriş edilməyib.
error-session_revoked = Telegram hesabının sessiyası başqa yerdən bağlanıb.
error-account_banned = Telegram hesabı bloklayıb.
error-wrong_phone = Telegram bu telefon nömrəsini qəbul etmir.
error-wrong_code = Telegram başqa kod göndərib.
error-wrong_password = Hesabın parolu bu deyil.
error-login_timeout = Giriş çox uzun çəkdi.
error-too_many_requests = Telegram gözləməyi xahiş edir. Sonra yenidən cəhd edin.
error-channel_not_found = { $target } adlı kanal yoxdur.
error-not_a_channel = { $target } kanal deyil.
error-channel_private = Bu kanal qapalıdır və ya hesab orada bloklanıb.
error-invite_expired = Bu dəvət artıq etibarsızdır.
error-join_requested = Bu kanala bir-bir qəbul edirlər; qoşulma istəyi göndərildi.
error-too_many_channels = Hesab Telegramın icazə verdiyi sayda kanaldadır.

notice-watch_joined = ✅ { $title } kanalını artıq izləyirəm.
notice-watch_left = ✅ Bu kanalı daha izləmirəm. Paylaşımları arxivdə qalır.
notice-watch_failed = { $target } ilə bunu edə bilmədim. Zəhmət olmasa, sonra yenidən cəhd edin.

command-help = Nə edə bilirəm
command-subscribe = Bu sözlər keçən paylaşımlardan xəbər ver
command-unsubscribe = Abunəliyi ləğv et
command-topics = Mövzularım və seçə biləcəklərim
command-subscriptions = Mənə nə barədə xəbər verilir
command-publish = Ümumi mövzu yarat
command-search = Paylaşımları tap, əvvəlcə yeniləri
command-last = Kanalın son paylaşımları
command-feed = Mövzunu RSS ilə oxumaq
command-stats = Qrafik: bu barədə nə qədər yazılır
command-export = Tapılan paylaşımları faylla almaq
command-trends = Adi vaxtdan çox işlənən sözlər
command-channels = Hansı kanallar izlənir
command-language = Dili seç
command-watch = Kanalı izlə
command-unwatch = Kanalı daha izləmə

bot-description =
    👁 Dozor açıq Telegram kanallarını sizin əvəzinizə izləyir və gözlədiyiniz paylaşım çıxan kimi sizə yazır.

    Sözlər istənilən formada, adlar istənilən yazılışda və əlifbada tapılır. İndiyədək dərc olunan hər şeyin içində axtarmaq olar.
bot-short-description = Açıq kanalları sizin əvəzinizə izləyir və gözlədiyiniz paylaşımlardan xəbər verir.

error-query_syntax =
    { $reason ->
        [empty] Ən azı bir söz yazın.
        [too_long] Sorğuda ən çoxu 1000 işarə ola bilər.
        [too_many_terms] Sorğuda ən çoxu 64 söz ola bilər.
        [too_deep] Mötərizələr ən çoxu 12 qat iç-içə ola bilər.
        [unclosed_quote] Deyəsən, bağlayan dırnaq işarəsi çatmır.
        [unclosed_bracket] Deyəsən, bağlayan mötərizə çatmır.
        [only_negative] Yalnız nəyi istəmədiyinizi yox, nəyi istədiyinizi də yazın.
        [short_prefix] Ulduzcuqdan əvvəl ən azı üç hərf olmalıdır.
        [bad_regex] Bu requlyar ifadə yararsızdır.
        [bad_filter] Belə bir süzgəc və ya onun belə qiyməti yoxdur.
        [unknown_language] Belə bir dil tanımıram. Dilin kodunu yazın, məsələn lang:az, lang:ru, lang:en, lang:uk və ya lang:tr.
        [bad_date] Tarixlər belə yazılır: 2025-07-01, müddətlər belə: 12h, 7d, 2w.
        [search_only] after:, before: və last: axtarışda işləyir, abunəlikdə yox.
       *[unexpected] Bu sorğunu başa düşmürəm.
    } (İşarə { $position })
query-comma = 💡 Vergül «və ya» demək deyil: bu sözlərin hamısı axtarılır. Onlardan hər hansı biri kifayətdirsə, belə yazın:
error-no_account = Sazlamalarda kanalları oxuyacaq Telegram hesabı yoxdur.
error-stage = Nümayişi başlatmaq mümkün olmadı.

error-invitation_needed = Bu bot dəvət olunanlar üçündür. Administratorlardan birindən keçid istəyin.
error-invite_ended = Bu dəvətin vaxtı bitib və ya o artıq istifadə olunub. Yenisini istəyin.
error-invite_terms = Dəvətin neçə nəfər üçün və nə qədər etibarlı olduğunu yazın: /invite 10 7d (h – saat, d – gün, w – həftə).
admission-asked = ⏳ Xahişiniz botun administratorlarına çatdırıldı. Onlar qərar verən kimi yazacağam.
admission-admitted = ✅ Qəbul olundunuz.
admission-declined = Botun administratorları sizi qəbul etmədi.
join-asked = 🚪 { $name } qəbul olunmaq istəyir.
join-admit = ✅ Qəbul et
join-decline = ✖ Rədd et
member-admitted = ✅ { $name } qəbul olundu.
member-declined = ✖ { $name } qəbul olunmadı.
member-gone = Bu xahiş artıq yoxdur.
invite-useless = { $access ->
    [open] Bu botdan hər kəs istifadə edə bilər: dəvət lazım deyil.
   *[closed] Bura insanlar bir-bir qəbul olunur: onlar /join göndərir, siz qərar verirsiniz.
}
invite-made = 🎟 Bu keçidi ötürün:
invite-uses = { $count } nəfər üçün
invite-until = son tarix:
invite-end = ✖ Ləğv et: { $number }
invites-title = Dəvətlər
invites-none = Hazırda dəvət yoxdur. Yaradın: /invite 10 7d
personal-exported = Haqqınızda saxladığım hər şey.
personal-ask = 🗑 Haqqınızda saxladığım hər şeyi – mövzuları, abunəlikləri, axtarışları və sizə verdiyim xəbərləri silim? Bunu geri qaytarmaq olmayacaq. Əvvəlcə surətini almaq üçün: /export_my_data
personal-forget = 🗑 Hər şeyi sil
personal-keep = Saxla
personal-forgotten = Haqqınızda hər şey silindi. Yenidən başlamaq: /start
personal-kept = Heç nə silinmədi.
private-only = Zəhmət olmasa, bunu mənə şəxsi yazışmamızda yazın.
command-export_my_data = Haqqımda saxlanılan hər şeyin surəti
command-delete_my_data = Haqqımda saxlanılan hər şeyi sil
command-invite = Dəvət keçidi yarat
command-invites = Etibarlı dəvətlər
alert-late = gecikmə ilə
error-bad_depth = Nə qədər geriyə baxmağı { $depth } kimi yox, 12h, 30d və ya 8w kimi yazın: /watch @channel 30d
error-account_in_use = Bu hesabla artıq başqa proses işləyir. Əvvəlcə onu dayandırın.
error-already_running = Bu verilənlər bazası ilə artıq başqa belə proses işləyir. Əvvəlcə onu dayandırın.
error-still_running = Bu verilənlər bazası ilə başqa proseslər işləyir ({ $count }). Əvvəlcə onları dayandırın.
error-proxy = Proksi belə yazılır: socks5://ad:parol@host:port, http://host:port və ya mtproto://sirr@host:port.
notice-history_done = 📚 { $count ->
    [0] { $title }: başqa köhnə paylaşım tapılmadı.
   *[other] { $title }: arxivdə indi daha { $count } köhnə paylaşım var.
}
notice-history_failed = { $title } kanalının köhnə paylaşımlarını ala bilmədim. Sonra yenidən cəhd edin: /watch.
error-backfill = Telegram köhnə paylaşımları oxumağa icazə vermədi.

too-fast = 🐢 Mənim üçün çox sürətlidir: indi gələnləri nəzərə almıram. Zəhmət olmasa, bir dəqiqə gözləyin.
error-webhook = Telegram vebhukun ünvanını qəbul etmir.
channel-last = son paylaşım
channel-empty = hələ paylaşım olmayıb
channel-unread = onu heç kim oxumur
channel-behind = { $count ->
   *[other] { $count } paylaşım geridə
}
channel-muted = xəbər vermirəm
channel-unmute = 🔔 Xəbər ver: { $title }
channel-silent = susur
channel-history = köhnə paylaşımlar yoldadır
channel-also = həmçinin { $names }
channel-polled = üzv olmadan oxunur
channel-missed = { $total } paylaşımdan { $count } bildirişsiz gəlib
notice-channel_silent = 🔇 { $title } artıq { $hours } saatdır susur, adətən belə olmur.
notice-channel_lost = 🚫 { $title } kanalını daha oxumaq olmur: bağlanıb, silinib və ya hesabları bloklayıb. Paylaşımları saxlanılır. Getdikcə seyrək yenidən cəhd edəcəyəm; dərhal üçün: /watch.

admin-title = Dozorun vəziyyəti
admin-no-accounts = Hələlik heç bir hesab dinləmir.
admin-account = { $room } kanaldan { $count }
admin-channels = { $count } kanal izlənir. { $orphans ->
    [0] Hər birində hesab var.
   *[other] Onlardan hesabsız qalanlar: { $orphans }.
}
admin-posts = Paylaşımlar: { $pushed } Telegram göndərib, { $found } özüm götürmüşəm.
admin-queue = Mesajlar: { $due } vaxtı çatıb, { $later } sonraya, { $dead } çatmayıb.
admin-oldest = Ən köhnəsi { $seconds } saniyədir gözləyir.
admin-chats = Çatlar: { $active } aktiv, { $gone } gedib, { $new } bu həftə yeni.
admin-slow = { $usual } ms, ən pis halda { $worst } ms
admin-refresh = 🔄 Yenilə
admin-dead = ✉ Çatmayan
admin-people = 👥 Adamlar
admin-log = 📜 Jurnal
admin-back = ◀ Geri
letters-title = Çatmayan mesajlar
letters-none = Bütün mesajlar çatıb.
letters-all = ↻ Hamısını yenidən göndər
letters-alert = bildiriş
letters-notice = mesaj
letters-digest = xülasə
letters-update = bildirişə düzəliş
notice-letters_given_up = ✉ { $count } mesaj çatmayıb: /admin onları göstərir və yenidən göndərə bilir.
people-title = Adamlar
people-asking = Qəbul olunmaq istəyənlər:
people-admitted = Qəbul olunanlar:
people-none = Heç kim istəməyib və dəvət olunmayıb.
actions-title = Administratorlar nə edib
actions-none = Hələlik heç nə.
action-admitted = qəbul etdi:
action-declined = qəbul etmədi:
action-invited = dəvət yaratdı
action-invite_ended = dəvəti ləğv etdi
action-resent = çatmayan mesajları yenidən göndərdi
action-broadcast = hamıya yazdı
action-watch = izləməyi istədi:
action-unwatch = izləməməyi istədi:
action-published = mövzunu dərc etdi:
action-removed = mövzunu sildi:
action-restored = mövzunu qaytardı:
action-put_first = mövzunu önə çəkdi:
action-renamed = mövzunun adını dəyişdi
action-described = mövzunun təsvirini dəyişdi:
action-rewritten = mövzunun sorğusunu dəyişdi:
broadcast-usage =
    Əmrdən sonra hamıya nə deyiləcəyini yazın, məsələn:
    /broadcast Bu axşam on dəqiqə işləməyəcəyəm.
    Və ya hər hansı mesaja yalnız /broadcast ilə cavab verin.
broadcast-preview = Hamı bunu oxuyacaq:
broadcast-send = 📣 { $count } çata göndər
broadcast-drop = ✖ Göndərmə
broadcast-dropped = Heç nə göndərilmədi.
broadcast-sent = 📣 { $count } çata göndərirəm.
error-broadcast_too_long = Hamıya mesajda ən çoxu { $limit } işarə ola bilər.
alarm = { $count ->
    [one] ⚠️ Nəsə düz getmədi: { $what }
   *[other] ⚠️ { $count } dəfə nəsə düz getmədi: { $what }
}
    Harada: { $where }. Təfərrüatlar proqramın jurnalındadır. Bunu saatda bir dəfədən çox demirəm.
command-admin = İşlər necə gedir
command-broadcast = Hamıya yaz

error-too_many_searches = Bir dəqiqədə artıq { $limit } axtarış oldu. Zəhmət olmasa, bir az gözləyin.
since-edited = düzəliş edilib; yeni yazılanın altından, silinənin üstündən xətt çəkilib:
since-unmatched = Düzəlişdən sonra bu, artıq sizin istədiyiniz deyil.
since-unmatched-short = artıq uyğun deyil
since-deleted-minutes =
    { $count ->
        [0] bir dəqiqə keçməmiş silinib
       *[other] { $count } dəqiqədən sonra silinib
    }
since-deleted-hours = { $count } saatdan sonra silinib
since-deleted-days = { $count } gündən sonra silinib
story-more = { $count } kanal
story-first = ilk yazan: { $channel }
story-button = 🧵 Bunu kim və nə vaxt yazıb
story-title = Bunu { $count } kanal yazıb
story-alone = Bunu başqa heç bir kanal yazmayıb:
story-several = Başqa kanalların da yazdığı { $count } xəbər
story-none = Bunların heç birini başqa kanal yazmayıb.
story-deleted = silinib
story-related = Bəlkə də eyni hadisə başqa sözlərlə:
story-usage = Bildirişə və ya xülasəyə /story ilə cavab verin, eyni xəbəri hansı kanalların nə vaxt yazdığını göstərim.
stories-once = Bir neçə kanal eyni şeyi yazanda bir mesaj gəlir, qalanlarını ona səssiz əlavə edirəm.
stories-every = Bir neçə kanal eyni şeyi yazsa da, hər paylaşım üçün mesaj gəlir.
stories-button-once = Bir xəbərə bir mesaj
stories-button-every = Hər paylaşım
command-story = Bildirişə cavab olaraq: eyni xəbəri kim yazıb
command-stories = Bir xəbərə bir mesaj, yoxsa hər paylaşım
command-pictures = Paylaşımların şəkilləri: həmişə, ya istəyəndə
error-no_alert = Bu mesaj nə bildirişdir, nə də xülasə, ya da onun paylaşımları artıq saxlanmır. /story əmrini bildirişə və ya xülasəyə cavab olaraq yazın.

group-welcome =
    👁 Bu qrupa açıq kanallardakı paylaşımlardan xəbər verirəm. Hansılarından, bunu qrupun administratorları deyir, məsələn:
    /subscribe Bakı səfirlik

    Seçmək üçün mövzular: /topics. Forumda hər mövzunun abunəlikləri ayrıdır.
editors-title = Bu qrupun redaktorları
editors-none = Administratorlardan başqa hələ heç kim.
editors-how = Administrator redaktoru onun mesajına /editors ilə cavab verərək təyin edir.
groups-only = Bu, qruplar üçündür: orada nə barədə xəbər verildiyini redaktorlar dəyişir.
command-editors = Bu qrupa nə bildirildiyini kim dəyişir
alerts-a-day = ✋ Bu gün sizə { $count } paylaşım barədə ayrı-ayrılıqda xəbər verdim, bundan artığına icazəm yoxdur. Bu günün qalan paylaşımları saatda bir dəfə, bir mesajda gələcək; təcili olanlar yenə dərhal gəlir. Daha az xəbər almaq üçün: /topics
digest-title = Sizin üçün { $count } paylaşım saxlanılıb
digest-usage =
    /topics siyahısında «Xülasə» seçdiyiniz mövzular birlikdə gəlir. Nə vaxt gəlsin, belə deyin:
    /digest hourly
    /digest daily 09:00
    /digest weekly bazar ertəsi, cümə axşamı 09:00
    /digest rich – bükülən mövzular, Telegram proqramınız kifayət qədər yenidirsə; /digest classic
digest-hourly = 📰 Xülasə hər saat gəlir.
digest-daily = 📰 Xülasə hər gün gəlir, saat { $time } ({ $zone }).
digest-weekly = 📰 Xülasə bu günlər gəlir: { $days }, saat { $time } ({ $zone }).
digest-folds = Xülasələrdə mövzular bükülür.
digest-next = Növbəti:
quiet-none =
    İstənilən vaxt yaza bilərəm. Sakit saatları deyin, onlar bitənədək hər şeyi saxlayım:
    /quiet 23:00-07:00
quiet-hours =
    { $begin } – { $end } arası sakitlik ({ $zone }). Bu vaxt gələnləri sonra bir mesajda alacaqsınız.
    /quiet off – ləğv et; /timezone – saat qurşağınız
snooze-none =
    Heç nə təxirə salınmayıb. Bir müddət heç nə almamaq üçün:
    /snooze 2h
snoozed = 😴 Hər şeyi bu vaxtadək saxlayıram:
snooze-end = /snooze off – ləğv et
timezone-is =
    Saat qurşağınız: { $zone }; orada indi saat { $time }. Başqası, adı və ya şəhəri ilə:
    /timezone Bakı
hush-hour = 🔕 saat
hush-day = 🔕 gün
hush-channel = 🚫 📢
hush-less = 👎 Az
muted-hour = 🔕 { $name }: bir saat sakitlik. Ləğv etmək üçün yenidən basın.
muted-day = 🔕 { $name }: bir gün sakitlik. Ləğv etmək üçün yenidən basın.
muted-channel = 🚫 { $name } kanalından daha yazmıram. Ləğv etmək üçün yenidən basın.
muted-no-more = 🔔 Yenidən yazıram: { $name }.
lessened = 👎 { $name }: saatda ən çoxu { $count } paylaşım, qalanı xülasədə. Dəyişmək: /topics.
lessened-digest = 📰 { $name } indidən xülasədə gəlir. Dəyişmək: /topics.
lessened-plain = 🌙 { $name } daha sakit saatlarda çalmır. Daha az olsun deyə yenidən basın. Dəyişmək: /topics.
lessened-already = 📰 { $name } onsuz da xülasədə gəlir. Dəyişmək: /topics.
lessened-silent = 🔇 { $name } daha mesaj gətirmir. Dəyişmək: /topics.
error-bad_hours = Hansı saatlarda susmağı başa düşmürəm. Belə yazın: 23:00-07:00 və ya 23-7; sakit saatları ləğv etmək üçün: /quiet off.
error-bad_span = Nə qədər susmağı başa düşmürəm. Belə yazın: 30m, 2h və ya 7d, ən çoxu 30 gün; ləğv etmək üçün: /snooze off.
error-bad_schedule = Xülasə nə vaxt gəlsin, başa düşmədim. Belə yazın: /digest hourly, /digest daily 09:00 və ya /digest weekly b.e., c.a. 09:00. Hansı mövzular xülasədə gəlsin, /topics siyahısında seçirsiniz.
error-unknown_zone = Belə bir şəhər və ya saat qurşağı tanımıram: { $name }. Ən yaxın böyük şəhərin adını yazın, ya da belə: Europe/Kyiv, UTC+4.
command-quiet = Sakit saatlar
command-snooze = Bir müddət heç nə alma
command-digest = Xülasə nə vaxt gəlir
command-timezone = Saat qurşağınız
notice-thread_gone = 🧵 Paylaşımlar barədə xəbər verdiyim forum mövzusu artıq yoxdur, yenisini isə yarada bilmirəm: bunun üçün mənə mövzuları idarə etmək hüququ lazımdır. İndidən burada xəbər verirəm.
