// The line where one writes: commands, replies, edits.
import { element } from "./text.js";

const find = (id) => document.getElementById(id);
const draft = find("draft");
const list = find("commands");
const menu = find("menu");

// desk: { commands(), send(text, context), escape() }
export function startComposer(desk) {
  let context = null;
  let chosen = -1;

  const setContext = (next) => {
    context = next;
    find("context").hidden = !next;
    find("context-words").textContent = next ? `${next.kind === "edit" ? "Edit" : "Reply to"}: ${next.words}` : "";
    if (next?.kind === "edit") draft.value = next.text;
    grow();
    if (next) draft.focus();
  };

  const grow = () => {
    draft.style.height = "auto";
    draft.style.height = `${draft.scrollHeight + 2}px`;
    find("send").disabled = !draft.value.trim();
  };

  const choose = (place) => {
    const options = [...list.children];
    chosen = options.length ? (place + options.length) % options.length : -1;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === chosen)));
    if (chosen >= 0) draft.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen]?.scrollIntoView({ block: "nearest" });
  };

  const close = () => {
    list.hidden = true;
    menu.setAttribute("aria-expanded", "false");
    draft.removeAttribute("aria-activedescendant");
  };

  const open = (beginning) => {
    const fitting = desk.commands().filter(({ command }) => command.startsWith(beginning));
    list.replaceChildren(...fitting.map((command, number) => drawCommand(command, number, submit)));
    list.hidden = fitting.length === 0;
    menu.setAttribute("aria-expanded", String(!list.hidden));
    choose(0);
  };

  const submit = (text) => {
    if (!text.trim()) return;
    const sent = context;
    close();
    draft.value = "";
    setContext(null);
    desk.send(text.trim(), sent);
  };

  const typed = () => {
    grow();
    const start = draft.value.match(/^\/(\w*)$/);
    if (start) open(start[1].toLowerCase());
    else close();
  };

  draft.addEventListener("input", typed);
  draft.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (!list.hidden && event.key in moves) choose(chosen + moves[event.key]);
    else if (!list.hidden && event.key === "Tab") draft.value = `/${list.children[chosen].dataset.command} `;
    else if (event.key === "Escape") list.hidden ? (setContext(null), desk.escape()) : close();
    else if (event.key === "Enter" && !event.shiftKey && matchMedia("(pointer: fine)").matches) enter();
    else return;
    event.preventDefault();
  });
  const enter = () => submit(list.hidden ? draft.value : `/${list.children[chosen].dataset.command}`);
  menu.addEventListener("click", () => (list.hidden ? (open(""), draft.focus({ preventScroll: true })) : close()));
  find("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit(draft.value);
  });
  find("start").addEventListener("click", () => desk.send("/start", null));
  find("context-off").addEventListener("click", () => {
    if (context?.kind === "edit") draft.value = "";
    setContext(null);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#composer")) close();
  });
  grow();
  return { setContext, close };
}

function drawCommand({ command, description }, number, submit) {
  const option = element("li", "", element("b", "", `/${command}`), element("span", "", description));
  option.id = `command-${number}`;
  option.setAttribute("role", "option");
  option.dataset.command = command;
  option.addEventListener("click", () => submit(`/${command}`));
  return option;
}
