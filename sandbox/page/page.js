// What others wrote reaches the page as text nodes only, never as HTML.
const name = new URLSearchParams(location.search).get("name") ?? "Leyla";
const byId = (id) => document.getElementById(id);
const tags = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };

async function call(method, path, body) {
  const answer = await fetch(`/control/${path}`, { method, body: body && JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  return answer.json();
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function link(url, inner) {
  const safe = /^(https?|tg):/i.test(url) ? url : `https://${url.replace(/^[a-z]+:/i, "")}`;
  return element("a", { href: safe, target: "_blank", rel: "noreferrer noopener" }, inner);
}

function wrap(entity, inner, text) {
  if (entity.type === "text_link") return link(entity.url, inner);
  if (entity.type === "url") return link(text, inner);
  if (entity.type === "date_time") return element("time", { title: text }, moment(new Date(entity.unix_time * 1000)));
  if (entity.type === "spoiler") {
    const spoiler = element("span", { className: "spoiler", title: "Click to read" }, inner);
    spoiler.addEventListener("click", () => spoiler.classList.add("open"));
    return spoiler;
  }
  return element(tags[entity.type] ?? "span", {}, inner);
}

// Entities nest; offsets are UTF-16 units, as JavaScript counts.
function formatted(text, entities, start = 0, end = text.length) {
  const made = document.createDocumentFragment();
  let at = start;
  const inside = entities.filter((one) => one.offset >= start && one.offset + one.length <= end);
  while (inside.length) {
    const entity = inside.shift();
    if (entity.offset < at) continue;
    const close = entity.offset + entity.length;
    const nested = inside.filter((one) => one.offset < close);
    made.append(text.slice(at, entity.offset), wrap(entity, formatted(text, nested, entity.offset, close), text.slice(entity.offset, close)));
    at = close;
  }
  made.append(text.slice(at, end));
  return made;
}

function body(item) {
  const entities = [...(item.entities ?? item.caption_entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const text = item.text ?? item.caption ?? (item.chat_shared ? item.chat_shared.title ?? item.chat_shared.username ?? "" : "");
  const shown = element("div", { className: "text" }, formatted(text, entities));
  const media = item.media ?? (item.photo ? "photo" : item.document?.file_name);
  if (media) shown.prepend(element("span", { className: "media" }, media));
  return shown;
}

const moment = (date) => date.toLocaleString([], { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const clock = (date) => date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function avatar(title) {
  const hue = [...title].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  const made = element("span", { className: "avatar", ariaHidden: "true" }, [...title][0].toUpperCase());
  made.style.setProperty("--hue", hue);
  return made;
}

function showPost(post) {
  const id = `post-${post.channel}-${post.id}`;
  const mark = post.edited ? " · edited" : "";
  const shown = element("article", { className: "post", id }, avatar(post.title), element("div", { className: "said" },
    element("header", {}, element("b", {}, post.title), element("span", {}, clock(new Date(post.date)) + mark)), body(post)));
  place(byId("posts"), id, shown);
}

function buttons(message) {
  const rows = (message.reply_markup?.inline_keyboard ?? []).map((row) => element("div", {}, ...row.map((button) => {
    const made = element("button", { type: "button" }, button.text);
    made.addEventListener("click", () => button.url ? open(button.url, "_blank", "noopener")
      : call("POST", "press", { name, message_id: message.message_id, data: button.callback_data }));
    return made;
  })));
  return rows.length ? [element("div", { className: "buttons" }, ...rows)] : [];
}

function showKeyboard(markup) {
  byId("keyboard").replaceChildren(...(markup?.keyboard ?? []).map((row) => element("div", { className: "buttons" }, ...row.map((button) => {
    const made = element("button", { type: "button" }, button.text ?? button);
    made.addEventListener("click", () => (button.request_chat ? share() : say(button.text ?? button)));
    return made;
  }))));
}

async function share() {
  const channels = await call("GET", "world");
  byId("keyboard").replaceChildren(...channels.map((channel) => {
    const made = element("button", { type: "button" }, channel.title);
    made.addEventListener("click", () => { showKeyboard(null); call("POST", "share", { name, channel: channel.username }); });
    return element("div", { className: "buttons" }, made);
  }));
}

function showMessage(message) {
  const id = `message-${message.message_id}`;
  const className = message.from.is_bot ? "message" : "message mine";
  const mark = message.edit_date ? "edited " : "";
  const shown = element("article", { className, id }, body(message),
    element("span", { className: "time" }, mark + clock(new Date(message.date * 1000))), ...buttons(message));
  place(byId("messages"), id, shown);
}

function place(list, id, shown) {
  const old = byId(id);
  if (old) return old.replaceWith(shown);
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 200;
  list.append(shown);
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function showAnswer(text) {
  const answer = byId("answer");
  answer.textContent = text ?? "";
  answer.hidden = !text;
  setTimeout(() => { answer.hidden = true; }, 4000);
}

const mine = (message) => message.chat?.first_name === name;
const reactions = {
  post: showPost,
  edit: showPost,
  delete: (event) => event.ids.forEach((id) => byId(`post-${event.channel}-${id}`)?.classList.add("gone")),
  message: (message) => mine(message) && showMessage(message),
  edited: (message) => mine(message) && showMessage(message),
  deleted: (message) => mine(message) && byId(`message-${message.message_id}`)?.remove(),
  answer: (event) => showAnswer(event.text),
  keyboard: (event) => event.chat.first_name === name && showKeyboard(event.keyboard),
};

const say = (text) => call("POST", "say", { name, text });

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("text").value.trim();
  byId("text").value = "";
  if (text) say(text);
});
document.querySelectorAll("[data-show]").forEach((tab) => tab.addEventListener("click", () => { document.body.dataset.tab = tab.dataset.show; }));

const stream = new EventSource("/control/events");
stream.addEventListener("message", (event) => { const heard = JSON.parse(event.data); reactions[heard.event]?.(heard); });
stream.addEventListener("open", async () => {
  const channels = await call("GET", "world");
  channels.flatMap((channel) => channel.posts).sort((a, b) => a.date.localeCompare(b.date)).forEach(showPost);
  const chat = await call("GET", `chats/${encodeURIComponent(name)}`);
  chat.messages.forEach(showMessage);
  showKeyboard(chat.keyboard);
  document.body.dataset.ready = "yes";
});
