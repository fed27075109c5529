/** Memory: its settings, and which function answers which method. README.md tells what the vendor is like. */
import { z } from "zod";
import { defineConnector, FaultError, type Tenant } from "../../src/connector/index.ts";
import { openApi } from "./api.ts";
import { accountRef } from "./convert.ts";
import { manifest } from "./manifest.ts";
import { find, get, readPage, roots } from "./read.ts";
import { perform } from "./write.ts";

const settings = z.strictObject({
  workspace: z
    .string()
    .min(1)
    .optional()
    .describe("Name of the workspace; a credential of another one is refused. Any workspace where it is left out."),
});

export default defineConnector({
  manifest,
  config: settings,
  async open(config, io): Promise<Tenant> {
    const api = openApi(io);
    let self: string | null = null; // known after probe, which the core calls first
    return {
      async probe() {
        const { body } = await api.workspace();
        if (config.workspace !== undefined && config.workspace !== body.name) {
          throw new FaultError({ kind: "auth", message: `The credential opens the workspace ${body.name}, not ${config.workspace}` });
        }
        self = body.credentialOf;
        return {
          tenant: body.id,
          label: body.name,
          ...(self === null ? {} : { self: accountRef(self) }),
          unavailable: {},
          joinsByEmail: true,
        };
      },
      roots,
      read: (scope, cursor) => readPage(api, self, scope, cursor),
      find: (keys) => find(api, self, keys),
      get: (ref) => get(api, self, ref),
      async perform(calls) {
        const outcomes = [];
        for (const call of calls) outcomes.push(await perform(api, call));
        return outcomes;
      },
    };
  },
});
