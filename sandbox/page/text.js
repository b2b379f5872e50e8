// Text with entities as nodes. What others wrote becomes text nodes only, never HTML.
const tags = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export const clock = (date) => date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

const day = (date) => date.toLocaleDateString([], { day: "numeric", month: "short" });

// As the format asks for: d or D for the day, t or T for the time; both where it asks for neither.
const moment = (date, format = "") => [[/d/i, day], [/t/i, clock]].filter(([asked]) => asked.test(format) || !/[dt]/i.test(format)).map(([, write]) => write(date)).join(", ");

export function hue(name) {
  return [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
}

export function avatar(name) {
  const initials = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean).slice(0, 2).map((word) => [...word][0].toUpperCase()).join("");
  const made = element("span", { className: "avatar", ariaHidden: "true" }, initials || "?");
  made.style.setProperty("--hue", hue(name));
  return made;
}

function link(url, inner) {
  const safe = /^(https?|tg):/i.test(url) ? url : `https://${url.replace(/^[a-z]+:/i, "")}`;
  const made = element("a", { href: safe, target: "_blank", rel: "noreferrer noopener" }, inner);
  const post = /^https:\/\/t\.me\/(\w+)\/(\d+)$/.exec(safe);
  const start = /^https:\/\/t\.me\/\w+\?start=([\w-]+)$/.exec(safe);
  if (start) made.addEventListener("click", (event) => { event.preventDefault(); made.dispatchEvent(new CustomEvent("say", { bubbles: true, detail: `/start ${start[1]}` })); });
  if (post) made.addEventListener("click", (event) => made.dispatchEvent(new CustomEvent("visit", { bubbles: true, cancelable: true, detail: post.slice(1) })) || event.preventDefault());
  return made;
}

function unfolding(tag, className, open, inner) {
  const made = element(tag, { className }, inner);
  made.addEventListener("click", () => made.classList.toggle(open));
  return made;
}

function wrap(entity, inner, text) {
  switch (entity.type) {
    case "text_link": return link(entity.url, inner);
    case "url": return link(text, inner);
    case "mention": return link(`https://t.me/${text.slice(1)}`, inner);
    case "spoiler": return unfolding("span", "spoiler", "open", inner);
    case "expandable_blockquote": return unfolding("blockquote", "folded", "folded", inner);
    case "date_time": return element("time", {}, moment(new Date(entity.unix_time * 1000), entity.date_time_format));
    case "hashtag": case "cashtag": return element("span", { className: "command" }, inner);
    case "bot_command": {
      const command = element("span", { className: "command" }, inner);
      command.addEventListener("click", () => command.dispatchEvent(new CustomEvent("say", { bubbles: true, detail: text })));
      return command;
    }
    default: return element(tags[entity.type] ?? "span", {}, inner);
  }
}

// Entities nest; offsets are UTF-16 units, as JavaScript counts.
function nested(text, entities, start, end) {
  const made = document.createDocumentFragment();
  let at = start;
  const inside = entities.filter((one) => one.offset >= start && one.offset + one.length <= end);
  while (inside.length) {
    const entity = inside.shift();
    if (entity.offset < at) continue;
    const close = entity.offset + entity.length;
    const deeper = inside.filter((one) => one.offset < close);
    made.append(text.slice(at, entity.offset), wrap(entity, nested(text, deeper, entity.offset, close), text.slice(entity.offset, close)));
    at = close;
  }
  made.append(text.slice(at, end));
  return made;
}

export function formatted(text = "", entities = []) {
  const ordered = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return element("div", { className: "text" }, nested(text, ordered, 0, text.length));
}

const icons = {
  photo: "M4 6h4l2-2h4l2 2h4v13H4zM12 9a3.5 3.5 0 1 0 .01 0",
  video: "M8 5v14l11-7z",
  file: "M6 3h8l4 4v14H6zM14 3v5h5",
  views: "M2 12c5-9 15-9 20 0-5 9-15 9-20 0zM12 9a3 3 0 1 0 .01 0",
};

export function icon(kind) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  const path = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  path.setAttribute("d", icons[kind] ?? icons.file);
  return svg;
}

export function picture(photo) {
  return element("img", { className: "picture", alt: "photo", src: `/control/files/${photo.file_id}`, width: photo.width, height: photo.height });
}

export function tile(kind, seed) {
  const made = element("div", { className: "tile", title: kind }, icon(kind));
  made.style.setProperty("--hue", hue(seed));
  return made;
}

export function file(name, address) {
  const said = address ? element("a", { href: address, download: name }, name) : name;
  return element("div", { className: "file" }, element("span", {}, icon("file")), said);
}
