// The list of chats, and who one is.
import { clockOf, colourOf, senderOf, serviceWords, summaryOf } from "./bubble.js";
import { element } from "./text.js";

const IN = ["creator", "administrator", "member", "restricted"];

export function roomsOf(store) {
  const mine = [...store.chats.values()].filter((chat) => isVisible(chat, store.me) && !chat.migrated_to);
  return mine.sort((a, b) => lastDate(b) - lastDate(a));
}

// Where somebody begins who has not said where: the group that was made first.
export function homeOf(store) {
  const mine = roomsOf(store);
  return [...store.chats.values()].find((chat) => chat.type.endsWith("group") && mine.includes(chat)) ?? mine[0];
}

const isVisible = (chat, me) => (chat.type === "private" ? chat.id === me : chat.type === "channel" || IN.includes(chat.members[me]));
const last = (chat) => [...chat.messages.values()].filter((message) => !message.deleted).at(-1);
const lastDate = (chat) => last(chat)?.date ?? 0;

export const titleOf = (chat, store) => (chat.type === "private" ? store.bot.first_name : chat.title);

export function aboutOf(chat, store) {
  if (chat.type === "private") return "bot";
  const count = Object.values(chat.members).filter((status) => IN.includes(status)).length;
  const bot = { administrator: "", member: " · bot is no admin" }[chat.members[store.bot.id]] ?? (chat.type === "channel" ? "" : " · bot is not here");
  return chat.type === "channel" ? "channel" : `${chat.is_forum ? "forum" : "group"} · ${count} members${bot}`;
}

export function paintFace(face, id, title) {
  face.textContent = [...title.trim()][0]?.toUpperCase() ?? "?";
  face.style.setProperty("--face", colourOf(id));
}

export function drawRooms(nav, store, enter) {
  const focused = nav.contains(document.activeElement) ? document.activeElement.dataset.chat : null;
  nav.replaceChildren(...roomsOf(store).map((chat) => drawRoom(chat, store, enter)));
  if (focused) nav.querySelector(`[data-chat="${CSS.escape(focused)}"]`)?.focus();
}

function drawRoom(chat, store, enter) {
  const title = titleOf(chat, store);
  const face = element("span", "face");
  face.setAttribute("aria-hidden", "true");
  paintFace(face, chat.type === "private" ? store.bot.id : chat.id, title);
  const text = element("span", "chat-text", element("b", "", title), element("span", "", preview(chat, store)));
  const room = element("button", "chat", face, text, drawSide(chat, store));
  room.type = "button";
  room.dataset.chat = chat.id;
  room.setAttribute("aria-current", String(chat.id === store.chatId));
  room.addEventListener("click", () => enter(chat.id));
  return room;
}

function preview(chat, store) {
  const message = last(chat);
  if (!message) return chat.type === "private" ? "Start a conversation" : "No messages yet";
  const who = chat.type === "private" || serviceWords(message) ? "" : `${message.from?.id === store.me ? "You" : senderOf(message).name}: `;
  return (who + summaryOf(message)).slice(0, 140);
}

function drawSide(chat, store) {
  const side = element("span", "chat-side");
  const message = last(chat);
  if (message) side.append(element("span", "", clockOf(message.date)));
  const unread = store.unread.get(chat.id);
  if (unread) {
    const count = element("span", "count", String(unread));
    count.setAttribute("aria-label", `${unread} unread`);
    side.append(count);
  }
  return side;
}

export function fillIdentities(store, choose) {
  for (const select of document.querySelectorAll(".identity-choice")) {
    const notes = [...new Set(store.people.map((person) => person.note))];
    select.replaceChildren(...notes.flatMap((note) => drawGroup(note, store.people.filter((person) => person.note === note), store.me)));
    select.onchange = () => choose(Number(select.value));
  }
}

function drawGroup(note, people, me) {
  const options = people.map((person) => {
    const option = element("option", "", person.first_name);
    option.value = person.id;
    option.selected = person.id === me;
    return option;
  });
  if (!note) return options;
  const group = element("optgroup", "", ...options);
  group.label = note;
  return [group];
}
