// The connection to the workspace: what one person sees comes in, what they do goes out.

export const server = { as: null, state: null };
let socket = null;
let show = () => {};

export function onState(callback) {
  show = callback;
}

export function connect(who) {
  server.as = who;
  if (socket) {
    socket.onclose = null;
    socket.close();
  }
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/feed?as=${encodeURIComponent(who ?? "")}`);
  socket.onmessage = (event) => {
    server.state = JSON.parse(event.data);
    server.as = server.state.as;
    show(server.state);
  };
  socket.onclose = () => setTimeout(() => connect(server.as), 1000);
}

export async function act(verb, body = {}) {
  const answer = await fetch(`/control/${verb}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: server.as, ...body }),
  });
  return answer.json();
}
