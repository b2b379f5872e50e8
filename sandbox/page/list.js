// A list that one reads from below: it stays at its end, and counts what came while it was not looked at.
import { element } from "/page/text.js";

const NEAR = 120;
const dayOf = (date) => date.toLocaleDateString([], { day: "numeric", month: "long", year: date.getFullYear() === new Date().getFullYear() ? undefined : "numeric" });

export class List {
  constructor(id, down, badge, looked) {
    this.list = document.getElementById(id);
    this.down = down;
    this.badge = badge;
    this.looked = looked;
    this.count = 0;
    this.day = null;
    this.settled = false;
    this.list.addEventListener("scroll", () => this.see());
    this.down.addEventListener("click", () => this.end("smooth"));
    new ResizeObserver(() => this.near && this.end()).observe(this.list);
    this.near = true;
  }

  // Put an item in its place: where it stood, or at the end.
  place(id, item, date, isNew = true) {
    item.id = id;
    const old = document.getElementById(id);
    const near = this.near;
    if (old) old.replaceWith(item);
    else {
      this.list.querySelector(".empty")?.remove();
      if (this.day !== dayOf(date)) this.list.append(element("div", { className: "day" }, (this.day = dayOf(date))));
      this.list.append(item);
      if (this.settled && isNew && !(near && this.looked())) this.count += 1;
    }
    if (near) this.end();
    this.show();
  }

  end(behavior = "instant") {
    this.list.scrollTo({ top: this.list.scrollHeight, behavior });
    this.near = true;
  }

  see() {
    if (!this.looked()) return;
    this.near = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR;
    if (this.near) this.count = 0;
    this.show();
  }

  show() {
    this.down.hidden = this.near;
    this.down.firstElementChild.textContent = this.count || "";
    this.badge.textContent = this.count > 99 ? "99+" : this.count;
    this.badge.hidden = !this.count;
  }
}
