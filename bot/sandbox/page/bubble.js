// Draws one message: who, what, when, and its buttons.
import { drawText, element } from "./text.js";

const COLOURS = ["#c0362c", "#a65a00", "#6a4bc4", "#23782f", "#00708a", "#2860c5", "#b02a72"];
const BRIGHT = ["#ff9d92", "#ffb765", "#bda6ff", "#7fdc9c", "#6fd3ea", "#8ebcff", "#ff9ccb"];

const place = (id) => Math.abs(id) % COLOURS.length;
export const colourOf = (id) => COLOURS[place(id)];
const dark = matchMedia("(prefers-color-scheme: dark)");
const nameColour = (id) => (dark.matches ? BRIGHT : COLOURS)[place(id)];

export function senderOf(message) {
  const chat = message.sender_chat;
  if (chat) return { id: chat.id, name: chat.title, note: chat.id === message.chat.id ? "anonymous admin" : "channel" };
  const user = message.from ?? { id: 0, first_name: "?" };
  return { id: user.id, name: user.first_name, note: user.is_bot ? "bot" : "" };
}

export function serviceWords(message) {
  const who = senderOf(message).name;
  if (message.new_chat_members) return `${message.new_chat_members.map((user) => user.first_name).join(", ")} joined`;
  if (message.left_chat_member) return `${message.left_chat_member.first_name} left`;
  if (message.forum_topic_created) return `${who} created the topic “${message.forum_topic_created.name}”`;
  if (message.migrate_to_chat_id) return "This group became a supergroup";
  if (message.migrate_from_chat_id) return "The group was upgraded to this supergroup";
  return "";
}

export function summaryOf(message) {
  const hidden = (message.entities ?? message.caption_entities ?? []).filter((entity) => entity.type === "spoiler");
  let text = message.text ?? message.caption ?? "";
  for (const { offset, length } of hidden) text = text.slice(0, offset) + "▒".repeat(length) + text.slice(offset + length);
  return serviceWords(message) || `${message.photo ? "🖼 " : ""}${text || (message.photo ? "Photo" : "")}`.replace(/\s+/g, " ");
}

const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }; // as the bot writes it
export const clockOf = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], CLOCK);

// view: { me, opened, before (the message above, if any), command, press, reply, edit, erase, jump, picture }
export function drawMessage(message, view) {
  const service = serviceWords(message);
  if (service) return mark(element("div", "service", service), message);
  const own = message.from?.id === view.me && !message.sender_chat;
  const row = mark(element("article", "message"), message);
  const sender = senderOf(message);
  row.classList.toggle("own", own);
  row.classList.toggle("deleted", Boolean(message.deleted));
  row.classList.toggle("follows", follows(message, view.before));
  row.setAttribute("aria-label", `${sender.name}, ${clockOf(message.date)}${message.deleted ? ", deleted" : ""}`);
  row.append(drawBubble(message, view, own, sender));
  const rows = message.reply_markup?.inline_keyboard;
  if (rows && !message.deleted) {
    row.classList.add("keyed");
    row.append(drawKeys(rows, message, view));
  }
  return row;
}

function mark(made, message) {
  made.dataset.id = message.message_id;
  return made;
}

function follows(message, before) {
  if (!before || serviceWords(before) || before.reply_markup) return false;
  return senderOf(before).id === senderOf(message).id && message.date - before.date < 300;
}

function drawBubble(message, view, own, sender) {
  const bubble = element("div", "bubble");
  if (!own && message.chat.type !== "private" && !follows(message, view.before)) bubble.append(drawSender(sender));
  if (message.reply_to_message) bubble.append(drawAnswered(message.reply_to_message, view));
  if (message.photo) bubble.append(drawPhoto(message, view));
  const hooks = { command: view.command, opened: view.opened, key: `${message.chat.id}:${message.message_id}` };
  const [text, entities] = message.text === undefined ? [message.caption, message.caption_entities] : [message.text, message.entities];
  if (text) bubble.append(drawText(text, entities, hooks));
  bubble.append(drawMeta(message, view, own));
  return bubble;
}

function drawSender(sender) {
  const name = element("span", "sender", sender.name);
  name.style.setProperty("--name", nameColour(sender.id));
  if (sender.note) name.append(element("small", "", sender.note));
  return name;
}

function drawAnswered(answered, view) {
  const button = element("button", "answered", element("b", "", senderOf(answered).name), element("span", "", summaryOf(answered)));
  button.type = "button";
  button.addEventListener("click", () => view.jump(answered.message_id));
  return button;
}

function drawPhoto(message, view) {
  const size = message.photo.at(-1);
  const image = element("img");
  const source = `/sandbox/files/${encodeURIComponent(size.file_id)}`;
  Object.assign(image, { src: source, alt: message.caption ? `Picture: ${message.caption.slice(0, 120)}` : "Picture" });
  Object.assign(image, { width: size.width, height: size.height });
  const button = element("button", "photo", image);
  button.type = "button";
  button.addEventListener("click", () => view.picture(source, image.alt));
  return button;
}

function drawMeta(message, view, own) {
  const meta = element("div", "meta");
  if (message.deleted) meta.append(element("span", "mark", "deleted"));
  else if (message.edit_date) meta.append(element("span", "mark", "edited"));
  const time = element("time", "", clockOf(message.date));
  time.dateTime = new Date(message.date * 1000).toISOString();
  meta.append(time);
  if (!message.deleted) meta.append(drawMore(message, view, own));
  return meta;
}

function drawMore(message, view, own) {
  const button = element("button", "more", "···");
  button.type = "button";
  button.setAttribute("aria-label", "Reply, edit or delete");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    const open = document.querySelector(".deeds");
    open?.remove();
    if (open?.parentElement === button.closest(".bubble")) return;
    button.closest(".bubble").append(drawDeeds(message, view, own));
    button.setAttribute("aria-expanded", "true");
    document.querySelector(".deeds button").focus();
  });
  return button;
}

function drawDeeds(message, view, own) {
  const deeds = element("div", "deeds");
  const add = (words, act) => {
    const button = element("button", "", words);
    button.type = "button";
    button.addEventListener("click", () => {
      deeds.remove();
      act(message);
    });
    deeds.append(button);
  };
  add("Reply", view.reply);
  if (own) add("Edit", view.edit);
  add(own ? "Delete" : "Delete (as an admin)", view.erase);
  return deeds;
}

function drawKeys(rows, message, view) {
  const keys = element("div", "keys");
  for (const row of rows) keys.append(element("div", "keys-row", ...row.map((button) => drawKey(button, message, view))));
  return keys;
}

function drawKey(button, message, view) {
  const key = element(button.url ? "a" : "button", `key ${button.style ?? ""}`, button.text);
  if (button.url) {
    Object.assign(key, { href: safeAddress(button.url), target: "_blank", rel: "noopener noreferrer", title: button.url });
    key.append(element("span", "corner", "↗"));
    return key;
  }
  key.type = "button";
  key.disabled = Boolean(button.disabled);
  key.addEventListener("click", () => view.press(key, message, button));
  return key;
}

function safeAddress(raw) {
  const address = /^[a-z][a-z0-9+.-]*:/i.test(raw) ? raw : `https://${raw}`;
  return /^(https?|tg):/i.test(address) ? address : "#";
}
