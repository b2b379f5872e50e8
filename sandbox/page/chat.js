// The chat with the bot: messages, their buttons, the keyboard below.
import { clock, element, file, formatted, picture, tile } from "/page/text.js";
import { current, isShown, serviceText, threadOf } from "/page/threads.js";

export const name = new URLSearchParams(location.search).get("name") ?? "Leyla";
const byId = (id) => document.getElementById(id);
const asked = new Map();

export async function call(method, path, body) {
  const answer = await fetch(`/control/${path}`, { method, body: body && JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  const found = await answer.json();
  if (!answer.ok) showAnswer(found.error);
  return found;
}

export const say = (text) => call("POST", "say", { name, text, ...(current === null ? {} : { thread: current }) });

async function press(made, message, button) {
  if (button.url) return open(button.url, "_blank", "noopener");
  if (button.copy_text) return navigator.clipboard.writeText(button.copy_text.text);
  made.classList.add("waiting");
  const query = await call("POST", "press", { name, message_id: message.message_id, data: button.callback_data });
  asked.set(String(query.id), made);
}

function buttons(message) {
  const rows = (message.reply_markup?.inline_keyboard ?? []).map((row) => element("div", {}, ...row.map((button) => {
    const made = element("button", { type: "button" }, button.text);
    made.addEventListener("click", () => press(made, message, button));
    return made;
  })));
  return rows.length ? [element("div", { className: "buttons" }, ...rows)] : [];
}

export function showMessage(list, message, isNew = true) {
  const own = !message.from.is_bot;
  const bubble = element("div", { className: "bubble" });
  const quoted = message.reply_to_message;
  if (quoted) bubble.append(element("div", { className: "quote" }, quoted.text ?? quoted.caption ?? "…"));
  if (message.photo) bubble.append(element("div", { className: "album" }, picture(message.photo.at(-1))));
  if (message.video) bubble.append(element("div", { className: "album" }, tile("video", String(message.message_id))));
  if (message.document) bubble.append(file(message.document.file_name ?? "document", `/control/files/${message.document.file_id}`));
  const said = serviceText(message) ?? message.text ?? message.caption ?? (message.chat_shared ? `Channel: ${message.chat_shared.title ?? message.chat_shared.chat_id}` : plain(message.rich_message?.blocks));
  const text = formatted(said, message.entities ?? message.caption_entities);
  const meta = element("span", { className: "meta" }, `${message.edit_date ? "edited " : ""}${clock(new Date(message.date * 1000))}${own ? " ✓✓" : ""}`);
  text.style.setProperty("--room", `${meta.textContent.length * 7 + 10}px`);
  bubble.append(text, meta);
  const shown = element("article", { className: own ? "message mine" : "message" }, bubble, ...buttons(message));
  const thread = threadOf(message);
  if (thread !== null) shown.dataset.thread = thread;
  shown.hidden = !isShown(thread);
  list.place(`message-${message.message_id}`, shown, new Date(message.date * 1000), isNew && !own);
  if (own) list.end();
}

function plain(block) {
  if (typeof block === "string") return block;
  if (Array.isArray(block)) return block.map(plain).filter(Boolean).join("\n");
  return block ? plain([block.summary, block.text, block.blocks, block.items].filter(Boolean)) : "";
}

export function showKeyboard(markup) {
  byId("keyboard").replaceChildren(...(markup?.keyboard ?? []).map((row) => element("div", { className: "buttons" }, element("div", {}, ...row.map((button) => {
    const made = element("button", { type: "button" }, button.text ?? button);
    made.addEventListener("click", () => {
      if (button.request_chat) return share(markup);
      if (markup.one_time_keyboard) showKeyboard(null);
      return say(button.text ?? button);
    });
    return made;
  })))));
  byId("text").placeholder = markup?.input_field_placeholder ?? "Message";
}

async function share(markup) {
  const channels = await call("GET", "world");
  const choices = channels.map((channel) => [channel.title, () => { showKeyboard(null); call("POST", "share", { name, channel: channel.username }); }]);
  byId("keyboard").replaceChildren(...[...choices, ["Back", () => showKeyboard(markup)]].map(([title, chosen]) => {
    const made = element("button", { type: "button" }, title);
    made.addEventListener("click", chosen);
    return element("div", { className: "buttons" }, element("div", {}, made));
  }));
}

export function showAnswer(text) {
  byId("answer").textContent = text ?? "";
  byId("answer").hidden = !text;
  clearTimeout(showAnswer.timer);
  showAnswer.timer = setTimeout(() => { byId("answer").hidden = true; }, 4000);
}

export function answered(event) {
  const waiting = asked.get(String(event.callback_query_id));
  asked.delete(String(event.callback_query_id));
  waiting?.classList.remove("waiting");
  showAnswer(event.text);
}

export function showAction() {
  const state = byId("state");
  state.textContent = "typing…";
  state.classList.add("busy");
  clearTimeout(showAction.timer);
  showAction.timer = setTimeout(rest, 5000);
}

export function rest() {
  byId("state").textContent = "bot";
  byId("state").classList.remove("busy");
}

export function invite(list) {
  const start = element("button", { type: "button" }, "Start");
  start.addEventListener("click", () => say("/start"));
  list.append(element("div", { className: "empty" }, element("p", {}, `You are ${name}. The bot waits for you.`), start));
}
