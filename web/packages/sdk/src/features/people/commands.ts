import type { Command } from "../../event.ts";
import type { Send } from "../../commands.ts";
import type { Role } from "../../vocabulary.ts";

export interface PeopleCommands {
  "people.set_role": Command<{ readonly identity: string; readonly role: Role }>;
  "people.hand_over": Command<{ readonly identity: string }>;
  "people.rename": Command<{ readonly name: string }>;
}

export const peopleCommands = (send: Send) => ({
  setRole: (identity: string, role: Role) => send("people.set_role", { identity, role }),
  /** Makes the other person host, and me co-host. */
  handOver: (identity: string) => send("people.hand_over", { identity }),
  /** Changes my own name. */
  rename: (name: string) => send("people.rename", { name }),
});
