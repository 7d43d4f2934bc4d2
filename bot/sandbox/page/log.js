// The messages of the open chat: drawn once, changed in place, and the reader's place kept.
import { element } from "./text.js";

const log = document.getElementById("log");
const down = document.getElementById("down");
const NEAR = 90; // pixels from the end that count as reading the newest

export function startLog(drawOne) {
  let shown = "";
  let drawn = new Map(); // message id -> { message, before, node }
  let unseen = 0;

  const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
  const toEnd = () => { log.scrollTop = log.scrollHeight; };

  const show = (place, messages) => {
    const moved = place !== shown;
    const follow = moved || atEnd();
    if (moved) { shown = place; drawn = new Map(); unseen = 0; log.replaceChildren(); }
    const fresh = update(messages);
    if (follow) toEnd();
    else unseen += fresh;
    drawDown();
  };

  const update = (messages) => {
    const next = new Map();
    const nodes = [];
    let fresh = 0;
    let before = null;
    for (const message of messages) {
      if (!before || day(before) !== day(message)) nodes.push(dayNode(message));
      const known = drawn.get(message.message_id);
      const same = known && known.message === message && known.before === before?.message_id;
      const node = same ? known.node : renew(known, drawOne(message, before));
      next.set(message.message_id, { message, before: before?.message_id, node });
      nodes.push(node);
      if (!known && !message.deleted) fresh += 1;
      before = message;
    }
    drawn = next;
    place(nodes);
    return fresh;
  };

  // Only what differs is moved, so that focus, selection and scroll position stay where they are.
  const place = (nodes) => {
    let at = log.firstChild;
    for (const node of nodes) {
      if (at && at !== node && isSameDay(at, node)) { at = at.nextSibling; continue; }
      if (at === node) at = at.nextSibling;
      else log.insertBefore(node, at);
    }
    while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
  };

  const drawDown = () => {
    if (atEnd()) unseen = 0;
    down.hidden = atEnd();
    document.getElementById("down-count").textContent = unseen || "";
  };

  log.addEventListener("scroll", drawDown, { passive: true });
  down.addEventListener("click", toEnd);
  let height = log.clientHeight;
  new ResizeObserver(() => {
    const shrunk = height - log.clientHeight; // the keyboard of a phone came up, or the draft grew
    height = log.clientHeight;
    if (shrunk > 0) log.scrollTop += shrunk;
  }).observe(log);
  // A picture grows when it arrives; whoever reads the end stays there.
  log.addEventListener("load", () => { if (log.scrollHeight - log.scrollTop - log.clientHeight < 520) toEnd(); }, true);

  const jump = (id) => {
    const node = drawn.get(id)?.node;
    node?.scrollIntoView({ block: "center", behavior: "smooth" });
    node?.animate([{ filter: "brightness(1.15)" }, { filter: "none" }], 1200);
  };
  return { show, toEnd: () => setTimeout(toEnd), jump };
}

function renew(known, node) {
  if (!known) return node;
  const focused = known.node.contains(document.activeElement) ? document.activeElement : null;
  const before = [...known.node.querySelectorAll("button, a")].indexOf(focused);
  known.node.replaceWith(node);
  if (focused) ([...node.querySelectorAll("button, a")][before] ?? log).focus({ preventScroll: true });
  return node;
}

const day = (message) => new Date(message.date * 1000).toDateString();
const isSameDay = (one, other) => one.className === "day" && other.className === "day" && one.textContent === other.textContent;

function dayNode(message) {
  const date = new Date(message.date * 1000);
  const today = date.toDateString() === new Date().toDateString();
  return element("div", "day", today ? "Today" : date.toLocaleDateString([], { day: "numeric", month: "long" }));
}
