// The page's wire to the sandbox: its state, its events, and what people do.

export async function loadState(me) {
  const answer = await fetch(`/sandbox/state?person_id=${me}`);
  if (!answer.ok) throw new Error(`The sandbox answered ${answer.status}.`);
  return answer.json();
}

export async function act(name, parameters) {
  const answer = await fetch(`/sandbox/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(parameters),
  });
  const body = await answer.json();
  if (!body.ok) throw new Error(body.description.split("\n")[0]);
  return body.result;
}

// EventSource connects again by itself; whatever was missed meanwhile comes with the state that `opened` loads.
// A page that was left can stay in memory with its connection, and a browser has six for one address: so it is closed.
export function listen(opened, happened, lost) {
  let events = null;
  const start = () => {
    events = new EventSource("/sandbox/events");
    events.onopen = opened;
    events.onerror = lost;
    events.onmessage = (event) => happened(JSON.parse(event.data));
  };
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => event.persisted && start());
  start();
}
