// The threads of the chat: a tab each, and one for all of it.
import { element } from "/page/text.js";

const names = new Map();
export let current = null;

// Which thread a message stands in, null for none; learns of threads on the way.
export function threadOf(message) {
  if (message.forum_topic_created) names.set(message.message_id, message.forum_topic_created.name);
  if (message.forum_topic_edited?.name) names.set(message.message_thread_id, message.forum_topic_edited.name);
  const thread = message.forum_topic_created ? message.message_id : message.message_thread_id ?? null;
  if (message.forum_topic_created || message.forum_topic_edited) draw();
  return thread;
}

export const isShown = (thread) => current === null || thread === current;

export function serviceText(message) {
  if (message.forum_topic_created) return `Thread “${message.forum_topic_created.name}”`;
  return message.forum_topic_edited ? `The thread is called “${message.forum_topic_edited.name}” now` : null;
}

function draw() {
  const tabs = names.size ? [[null, "All"], ...names] : [];
  document.getElementById("threads").replaceChildren(...tabs.map(([thread, name]) => {
    const made = element("button", { type: "button", ariaPressed: String(thread === current) }, name);
    made.addEventListener("click", () => choose(thread));
    return made;
  }));
}

function choose(thread) {
  current = thread;
  document.querySelectorAll(".message").forEach((shown) => { shown.hidden = !isShown(shown.dataset.thread ? Number(shown.dataset.thread) : null); });
  draw();
}
