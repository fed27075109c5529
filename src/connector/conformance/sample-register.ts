import type { RegisterSample } from "./target.ts";

/** A register for connectors whose vendor is one and which therefore have no simulator. */
export const sampleRegister: RegisterSample = {
  settings: {},
  entries: [
    {
      id: "b-1",
      login: "ada",
      email: "ada@acme.example",
      name: "Ada Lovelace",
      status: "active",
      grants: { "door/lab": "", "key/2.14": "" },
    },
    { id: "b-2", login: "Grace", name: "Grace Hopper", status: "suspended", grants: {} },
    { id: "b-3", status: "active", grants: { "door/main": "" } },
  ],
};
