// Draws a message's text with its entities. Offsets count UTF-16 code units, as JavaScript's strings do.
// Text goes into text nodes only, so nothing that people write can become markup.

const SIMPLE = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code" };

export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

// hooks: { command(text), opened: Set that remembers what was revealed, key: string }
export function drawText(text, entities, hooks) {
  const words = element("div", "words");
  const ordered = (entities ?? [])
    .map((entity) => ({ ...entity, end: entity.offset + entity.length }))
    .sort((a, b) => a.offset - b.offset || b.length - a.length || isBlock(b) - isBlock(a));
  drawRange(words, text, 0, text.length, ordered, hooks);
  return words;
}

function drawRange(parent, text, start, end, entities, hooks) {
  let place = start;
  const waiting = [...entities];
  while (waiting.length) {
    const entity = waiting.shift();
    if (entity.offset < place || entity.offset >= end) continue;
    const stop = Math.min(entity.end, end);
    parent.append(text.slice(place, entity.offset));
    const inside = waiting.filter((other) => other.offset < stop);
    const reaching = inside.filter((other) => other.end > stop).map((other) => ({ ...other, offset: stop }));
    waiting.splice(0, inside.length, ...reaching);
    drawEntity(parent, text, entity, stop, inside, hooks);
    place = stop;
    if (isBlock(entity) && text[place] === "\n") place += 1;
  }
  parent.append(text.slice(place, end));
}

function isBlock(entity) {
  return entity.type === "pre" || entity.type.endsWith("blockquote");
}

function drawEntity(parent, text, entity, stop, inside, hooks) {
  const shown = text.slice(entity.offset, stop);
  const fill = (target) => {
    drawRange(target, text, entity.offset, stop, inside, hooks);
    return target;
  };
  if (entity.type.endsWith("blockquote")) parent.append(drawQuote(entity, fill, hooks));
  else if (entity.type === "spoiler") parent.append(drawSpoiler(entity, fill, hooks));
  else if (entity.type === "bot_command") parent.append(drawCommand(shown, hooks));
  else if (entity.type === "pre") parent.append(element("pre", "", shown));
  else parent.append(fill(drawInline(entity, shown)));
}

function drawInline(entity, shown) {
  const address = addressOf(entity, shown);
  if (address) {
    const link = element("a");
    Object.assign(link, { href: address, target: "_blank", rel: "noopener noreferrer", title: address });
    return link;
  }
  return element(SIMPLE[entity.type] ?? "span", entity.type === "mention" ? "mention" : "");
}

function addressOf(entity, shown) {
  const raw = { text_link: entity.url, url: shown, email: `mailto:${shown}` }[entity.type];
  if (!raw) return "";
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:/i.test(raw) ? raw : `https://${raw}`);
    return ["http:", "https:", "mailto:", "tel:", "tg:"].includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

function drawCommand(shown, hooks) {
  const button = element("button", "command", shown);
  button.type = "button";
  button.addEventListener("click", () => hooks.command(shown));
  return button;
}

function drawSpoiler(entity, fill, hooks) {
  const spoiler = fill(element("span", "spoiler"));
  const reveal = () => {
    spoiler.classList.add("open");
    for (const name of ["role", "tabindex", "aria-label"]) spoiler.removeAttribute(name);
    hooks.opened.add(hooks.key);
  };
  if (hooks.opened.has(hooks.key)) spoiler.classList.add("open");
  else {
    spoiler.setAttribute("role", "button");
    spoiler.setAttribute("aria-label", "Hidden text, press to reveal");
    spoiler.tabIndex = 0;
    spoiler.addEventListener("click", () => revealAll(spoiler), { once: true });
    spoiler.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      revealAll(spoiler);
    });
    spoiler.addEventListener("reveal", reveal);
  }
  return spoiler;
}

function revealAll(spoiler) {
  const words = spoiler.closest(".words");
  for (const other of words.querySelectorAll(".spoiler:not(.open)")) other.dispatchEvent(new Event("reveal"));
}

function drawQuote(entity, fill, hooks) {
  const inner = fill(element("span", "quote-text"));
  const quote = element("blockquote", "quote", inner);
  if (entity.type !== "expandable_blockquote") return quote;
  const key = `${hooks.key}:quote:${entity.offset}`;
  const more = element("button", "quote-more");
  more.type = "button";
  const show = (open) => {
    quote.classList.toggle("short", !open);
    more.textContent = open ? "Show less" : "Show all";
    more.setAttribute("aria-expanded", String(open));
    hooks.opened[open ? "add" : "delete"](key);
  };
  more.addEventListener("click", () => show(quote.classList.contains("short")));
  quote.append(more);
  show(hooks.opened.has(key));
  // Only what the browser has laid out can say whether anything is cut off.
  const watch = new ResizeObserver(() => {
    if (quote.classList.contains("short")) more.hidden = inner.scrollHeight <= inner.clientHeight + 1;
  });
  watch.observe(inner);
  return quote;
}
