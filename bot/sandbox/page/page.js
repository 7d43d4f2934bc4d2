// The page: what is known (store), what happens (events), what one does. The address keeps who and where: #<person>/<chat>.
import { drawMessage, summaryOf } from "./bubble.js";
import { startComposer } from "./composer.js";
import { aboutOf, drawRooms, fillIdentities, homeOf, paintFace, roomsOf, titleOf } from "./rooms.js";
import { startLog } from "./log.js";
import { element } from "./text.js";
import { act, listen, loadState } from "./wire.js";

const find = (id) => document.getElementById(id);
const NOBODY = "Nobody is here yet. People and chats appear as soon as a program adds them.";
const NARROW = matchMedia("(max-width: 720px)");
const store = { me: 0, chatId: 0, topic: 0, bot: null, people: [], chats: new Map(), unread: new Map(), opened: new Set() };
const chat = () => store.chats.get(store.chatId);
const log = startLog((message, before) => drawMessage(message, { ...deeds, me: store.me, opened: store.opened, before }));

async function reload() {
  const [me, chatId] = location.hash.slice(1).split("/").map(Number);
  let state = await loadState(me || store.me);
  if (!state.people.some((person) => person.id === (me || store.me)) && state.people.length) state = await loadState(state.people[0].id);
  store.me = state.people.some((person) => person.id === me) ? me : state.people[0]?.id ?? 0;
  store.bot = state.bot;
  store.people = state.people;
  store.chats = new Map(state.chats.map((one) => [one.id, { ...one, messages: new Map(one.messages.map((m) => [m.message_id, m])) }]));
  const open = chatId && roomsOf(store).some((one) => one.id === chatId) ? chatId : 0;
  store.chatId = open || (chatId === undefined || !NARROW.matches ? homeOf(store)?.id ?? 0 : 0);
  draw();
}

function draw() {
  store.unread.delete(store.chatId);
  fillIdentities(store, become);
  drawRooms(find("chats"), store, enter);
  find("app").classList.toggle("open", Boolean(chat()));
  find("nothing-words").textContent = store.people.length ? "Choose a chat to start reading." : NOBODY;
  if (chat()) drawRoom();
  const unread = [...store.unread.values()].reduce((sum, count) => sum + count, 0);
  document.title = `${unread ? `(${unread}) ` : ""}${chat() ? titleOf(chat(), store) : "Flagdesk sandbox"}`;
}

function drawRoom() {
  const room = chat();
  const title = titleOf(room, store);
  paintFace(find("room-face"), room.type === "private" ? store.bot.id : room.id, title);
  find("room-title").textContent = title;
  find("room-about").textContent = aboutOf(room, store);
  drawTopics(room);
  drawComposer(room);
  log.show(`${store.me}/${room.id}/${store.topic}`, [...room.messages.values()].filter(inTopic));
}

function drawTopics(room) {
  const topics = room.is_forum ? [[0, "All"], ...Object.entries(room.topics)] : [];
  if (!topics.some(([id]) => Number(id) === store.topic)) store.topic = 0;
  find("topics").replaceChildren(...topics.map(([id, name]) => {
    const tab = element("button", "", name);
    tab.type = "button";
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-selected", String(Number(id) === store.topic));
    tab.addEventListener("click", () => { store.topic = Number(id); draw(); });
    return tab;
  }));
}

const inTopic = (message) => !store.topic || message.message_thread_id === store.topic;

function drawComposer(room) {
  const me = store.people.find((person) => person.id === store.me);
  const fresh = room.type === "private" && !me?.started;
  const mute = room.type === "channel" ? "Only the channel's owners write here." : "";
  find("start").hidden = !fresh;
  find("mute").hidden = !mute;
  find("mute").textContent = mute;
  document.querySelector("#composer .line").hidden = fresh || Boolean(mute);
  find("menu").hidden = !room.commands?.length;
}

function go(me, chatId) {
  store.me = me;
  history.replaceState(null, "", `#${me}/${chatId || ""}`);
  composer.setContext(null);
  return reload();
}

function become(person) {
  store.unread.clear();
  return go(person, store.chatId);
}

function enter(chatId) {
  store.topic = 0;
  return go(store.me, chatId);
}

// Telegram's own addresses, of a message or of the bot, lead to this page's chats. True: this one did.
function follow(address) {
  const [, group, message, bot, start] = address.match(/^https:\/\/t\.me\/(?:c\/(\d+)\/(?:\d+\/)?(\d+)|(\w+)\?start=(\w+)$)/) ?? [];
  const room = roomsOf(store).find((one) => (bot ? one.id === store.me && bot === store.bot.username : one.id === -1e12 - Number(group)));
  if (!room) return false;
  enter(room.id).then(() => (bot ? send(`/start ${start}`, null) : log.jump(Number(message))));
  return true;
}

const deeds = {
  command: (text) => send(text, null),
  reply: (message) => composer.setContext({ kind: "reply", id: message.message_id, words: summaryOf(message) }),
  edit: (message) => composer.setContext({ kind: "edit", id: message.message_id, words: summaryOf(message), text: message.text ?? message.caption ?? "" }),
  erase: (message) => attempt(act("erase", { chat_id: message.chat.id, message_id: message.message_id })),
  jump: (id) => log.jump(id),
  picture(source, words) {
    Object.assign(find("picture-image"), { src: source, alt: words });
    find("picture").showModal();
  },
  async press(key, message, button) {
    if (button.copy_text) return toast(await copy(button.copy_text.text));
    if (!button.callback_data) return toast("The sandbox can't open this button.");
    key.classList.add("waiting");
    const place = { person_id: store.me, chat_id: message.chat.id, message_id: message.message_id };
    const answer = await attempt(act("tap", { ...place, data: button.callback_data }), "The bot did not answer.");
    key.classList.remove("waiting");
    if (answer?.text) answer.show_alert ? showAlert(answer.text) : toast(answer.text);
    if (answer?.url) window.open(answer.url, "_blank", "noopener");
    return undefined;
  },
};

async function copy(text) {
  await navigator.clipboard.writeText(text);
  return "Copied.";
}

async function attempt(work, instead) {
  try {
    return await work;
  } catch (error) {
    toast(instead && error.message.startsWith("Nothing after") ? instead : error.message);
    return null;
  }
}

function send(text, context) {
  const place = { person_id: store.me, chat_id: store.chatId };
  log.toEnd();
  if (context?.kind === "edit") return attempt(act("edit", { ...place, message_id: context.id, text }));
  const more = { ...(context ? { reply_to: context.id } : {}), ...(store.topic ? { thread: store.topic } : {}) };
  return attempt(act("send", { ...place, ...more, text }));
}

let toastEnds = 0;
function toast(words) {
  find("toast").textContent = words;
  find("toast").classList.add("shown");
  clearTimeout(toastEnds);
  toastEnds = setTimeout(() => find("toast").classList.remove("shown"), 2500 + 40 * words.length);
}

function showAlert(words) {
  find("alert-words").textContent = words;
  find("alert").showModal();
}

function happened(event) {
  const room = store.chats.get(event.chat_id ?? event.message?.chat.id);
  if (event.type === "chat" || event.type === "commands" || !room) return reloadSoon();
  const id = event.message_id ?? event.message.message_id;
  const known = room.messages.get(id);
  if (event.type === "deleted" && known) room.messages.set(id, { ...known, deleted: true });
  else if (event.message) room.messages.set(id, event.message);
  if (event.type === "message") arrived(event.message, room);
  return drawSoon();
}

function arrived(message, room) {
  if (room.type === "private" && room.id === store.me) store.people.find((person) => person.id === store.me).started = true;
  const foreign = message.from?.id !== store.me;
  const seen = room.id === store.chatId && !document.hidden;
  if (foreign && !seen && roomsOf(store).includes(room)) store.unread.set(room.id, (store.unread.get(room.id) ?? 0) + 1);
}

const once = (work) => {
  let planned = 0;
  return () => {
    planned ||= setTimeout(() => { planned = 0; work(); }, 30);
  };
};
const drawSoon = once(draw);
const reloadSoon = once(reload);

function live(on) {
  find("live").classList.toggle("on", on);
  find("live").textContent = on ? "live" : "reconnecting";
}

const composer = startComposer({ commands: () => chat()?.commands ?? [], send, escape: () => find("log").focus() });
find("back").addEventListener("click", () => go(store.me, 0));
addEventListener("hashchange", reload);
find("log").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link && follow(link.href)) event.preventDefault();
});
document.addEventListener("visibilitychange", () => document.hidden || draw());
document.addEventListener("click", (event) => event.target.closest(".more, .deeds") || document.querySelector(".deeds")?.remove());
listen(() => { live(true); reload(); }, happened, () => live(false));
