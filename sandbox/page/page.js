// The page: what the sandbox tells of goes to the two columns.
import { answered, call, invite, name, rest, say, showAction, showKeyboard, showMessage } from "/page/chat.js";
import { List } from "/page/list.js";
import { showNames, showPost, strike, visit } from "/page/posts.js";

const PHONE = matchMedia("(max-width: 720px)");
const byId = (id) => document.getElementById(id);
const looked = (tab) => !document.hidden && (!PHONE.matches || document.body.dataset.tab === tab);
const list = (tab, id) => new List(id, document.querySelector(`#${tab} .down`), document.querySelector(`[data-show=${tab}] .unread`), () => looked(tab));
const posts = list("channels", "posts");
const messages = list("chat", "messages");

function show(tab) {
  document.body.dataset.tab = tab;
  const shown = tab === "chat" ? messages : posts;
  if (shown.near) shown.end();
  shown.see();
}

const mine = (event) => event.chat?.first_name === name;
const known = new Set();
const reactions = {
  post: (post) => { if (!known.has(post.channel)) refresh(); showPost(posts, post); },
  edit: (post) => showPost(posts, post),
  view: (post) => showPost(posts, post),
  channel: () => refresh(),
  delete: strike,
  message: (message) => { if (mine(message)) { rest(); showMessage(messages, message); } },
  edited: (message) => mine(message) && showMessage(messages, message),
  deleted: (message) => mine(message) && byId(`message-${message.message_id}`)?.remove(),
  answer: answered,
  action: (event) => mine(event) && showAction(),
  keyboard: (event) => mine(event) && showKeyboard(event.keyboard),
};

async function refresh() {
  const channels = await call("GET", "world");
  channels.forEach((channel) => known.add(channel.username));
  showNames(channels);
  return channels;
}

function send() {
  const text = byId("text").value.trim();
  byId("text").value = "";
  if (text) say(text);
}

byId("me").textContent = name;
byId("form").addEventListener("submit", (event) => { event.preventDefault(); send(); });
byId("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
});
document.addEventListener("say", (event) => say(event.detail));
document.addEventListener("visit", (event) => {
  if (!visit(...event.detail)) return;
  event.preventDefault();
  document.body.dataset.tab = "channels";
  visit(...event.detail);
});
document.querySelectorAll("[data-show]").forEach((tab) => tab.addEventListener("click", () => show(tab.dataset.show)));
document.addEventListener("visibilitychange", () => { posts.see(); messages.see(); });

const stream = new EventSource("/control/events");
stream.addEventListener("message", (event) => { const heard = JSON.parse(event.data); reactions[heard.event]?.(heard); });
stream.addEventListener("open", async () => {
  const channels = await refresh();
  channels.flatMap((channel) => channel.posts).sort((a, b) => a.date.localeCompare(b.date)).forEach((post) => showPost(posts, post, false));
  const chat = await call("GET", `chats/${encodeURIComponent(name)}`);
  chat.messages.forEach((message) => showMessage(messages, message, false));
  if (!chat.messages.length && !byId("messages").children.length) invite(byId("messages"));
  showKeyboard(chat.keyboard);
  posts.settled = messages.settled = true;
  document.body.dataset.ready = "yes";
});
