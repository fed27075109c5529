import type { Tenant } from "../../src/connector/index.ts";
import { defineConnector } from "../../src/connector/index.ts";
import { openApi } from "./api.ts";
import { openContext, tenantFacts } from "./context.ts";
import { faultOf } from "./fault.ts";
import { find, get } from "./find.ts";
import { manifest } from "./manifest.ts";
import { normalise } from "./normalise.ts";
import { read, roots } from "./read.ts";
import { settings } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { perform } from "./write.ts";

export default defineConnector<Settings>({
  manifest,
  config: settings,
  faultOf,
  open: async ({ organization }, io): Promise<Tenant> => {
    const context = openContext(organization, await openApi(io), io);
    return {
      probe: async () => tenantFacts(await context.facts()),
      roots,
      read: (scope, cursor) => read(context, scope, cursor),
      find: (keys) => find(context, keys),
      get: (ref) => get(context, ref),
      perform: (calls) => perform(context, calls),
      normalise,
    };
  },
});
