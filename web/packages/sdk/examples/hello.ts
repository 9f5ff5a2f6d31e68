// Enters a room, shows the camera, greets everybody, and lists who is there and what is said.
import { Stoa } from "@stoa/sdk";

const { server = "", token = "" } = Object.fromEntries(new URLSearchParams(location.search));
const room = await Stoa.join({ url: server, token });

const people = document.body.appendChild(document.createElement("h1"));
const said = document.body.appendChild(document.createElement("ul"));
const show = () => {
  people.textContent = room.state.getSnapshot()?.people.people.map(({ name }) => name).join(", ") ?? "";
};
room.state.subscribe(show);
room.on("chat.said", ({ message }) => {
  said.appendChild(document.createElement("li")).textContent = `${message.from.name}: ${message.text}`;
});

show();
await room.media?.localParticipant.setCameraEnabled(true);
await room.chat.say(`Hello, this is ${room.state.getSnapshot()?.me.identity}`);
