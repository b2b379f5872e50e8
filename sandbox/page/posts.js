// Posts of channels. The parts of an album are one bubble.
import { avatar, clock, element, file, formatted, hue, icon, tile } from "/page/text.js";

const TILES = new Set(["photo", "video"]);
const parts = new Map();
const titles = new Map();
let wanted = null;

const keyOf = (post) => (post.grouped_id ? `group-${post.channel}-${post.grouped_id}` : `post-${post.channel}-${post.id}`);

function viewed(count) {
  return count < 1000 ? `${count}` : `${(count / 1000).toFixed(count < 10000 ? 1 : 0)}K`;
}

function metaOf(post) {
  const seen = post.views > 1 ? [icon("views"), `${viewed(post.views)}\u00a0\u00a0`] : [];
  return element("span", { className: "meta" }, ...seen, `${post.edited ? "edited " : ""}${clock(new Date(post.date))}`);
}

function draw(posts) {
  const face = posts.find((post) => post.text) ?? posts[0];
  const bubble = element("div", { className: "bubble" });
  const author = element("div", { className: "author" }, face.title);
  author.style.setProperty("--hue", hue(face.title));
  bubble.append(author);
  if (face.forward) bubble.append(element("div", { className: "origin" }, `Forwarded from ${titles.get(face.forward.channel_id) ?? face.forward.name ?? "a channel"}`));
  const tiles = posts.filter((post) => TILES.has(post.media)).map((post) => tile(post.media, `${post.channel}${post.id * 47}`));
  if (tiles.length) bubble.append(element("div", { className: "album" }, ...tiles));
  bubble.append(...posts.filter((post) => post.media && !TILES.has(post.media)).map((post) => file(post.media)));
  const text = formatted(face.text, face.entities);
  const meta = metaOf(face);
  text.style.setProperty("--room", `${meta.textContent.length * 7 + (meta.children.length ? 28 : 10)}px`);
  bubble.append(text, meta);
  const counts = Object.entries(face.reactions ?? {}).filter(([, count]) => count);
  if (counts.length) bubble.append(element("div", { className: "reactions" }, ...counts.map(([emoji, count]) => element("span", {}, `${emoji} ${count}`))));
  const shown = element("article", { className: "post", hidden: wanted !== null && face.channel !== wanted }, avatar(face.title), bubble);
  shown.dataset.channel = face.channel;
  return shown;
}

export function showPost(list, post, isNew = true) {
  const key = keyOf(post);
  const group = parts.get(key) ?? new Map();
  parts.set(key, group.set(post.id, post));
  const shown = draw([...group.values()]);
  list.place(key, shown, new Date(post.date), isNew);
  join(shown.previousElementSibling, shown);
  join(shown, shown.nextElementSibling);
}

// Posts of one channel in a row show its name and face once.
function join(first, second) {
  const same = first?.dataset.channel !== undefined && first.dataset.channel === second?.dataset.channel;
  first?.classList.toggle("followed", same);
  second?.classList.toggle("follows", same);
}

export function strike({ channel, ids }) {
  for (const [key, group] of parts) {
    for (const id of ids) {
      if (group.get(id)?.channel !== channel) continue;
      document.getElementById(key).classList.add("gone");
    }
  }
}

// The post of a link in an alert, brought into view; false where it is not here.
export function visit(channel, id) {
  const found = [...parts].find(([, group]) => group.get(Number(id))?.channel === channel);
  if (!found) return false;
  const shown = document.getElementById(found[0]);
  shown.hidden = false;
  shown.scrollIntoView({ block: "center" });
  shown.classList.remove("flash");
  requestAnimationFrame(() => shown.classList.add("flash"));
  return true;
}

export function showNames(channels) {
  channels.forEach((channel) => titles.set(channel.id, channel.title));
  const names = [{ username: null, title: "All" }, ...channels].map((channel) => {
    const made = element("button", { type: "button", ariaPressed: String(channel.username === wanted) }, channel.title);
    made.addEventListener("click", () => choose(channel.username, channels));
    return made;
  });
  document.getElementById("names").replaceChildren(...(channels.length > 1 ? names : []));
  document.getElementById("count").textContent = channels.length ? `${channels.length} on this Telegram` : "none yet";
}

function choose(username, channels) {
  wanted = username;
  document.querySelectorAll(".post").forEach((post) => { post.hidden = wanted !== null && post.dataset.channel !== wanted; });
  showNames(channels);
}
