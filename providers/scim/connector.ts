/** Any app with a SCIM 2.0 server. README.md has the profiles: which quirk of which server, and how it is met. */
import { defineConnector } from "../../src/connector/index.ts";
import { openApi } from "./api.ts";
import type { Context } from "./context.ts";
import { normalise } from "./convert.ts";
import { inspect, probe } from "./discovery.ts";
import { find, get } from "./find.ts";
import { openLists } from "./list.ts";
import { manifest } from "./manifest.ts";
import { readPage, roots } from "./read.ts";
import { profileFor, type Settings, settings } from "./settings.ts";
import { openTurns } from "./turn.ts";
import { faultOf } from "./fault.ts";
import { perform } from "./write.ts";

export default defineConnector<Settings>({
  manifest,
  config: settings,
  faultOf,
  async open(config, io) {
    const profile = profileFor(config);
    const context: Context = {
      api: openApi(io, profile),
      profile,
      lists: openLists(profile),
      turns: openTurns(),
      reading: { groups: new Map(), users: null, groupList: null },
    };
    return {
      probe: () => probe(context, config, io),
      inspect: () => inspect(context, config, io),
      roots: () => roots(context),
      read: (scope, cursor) => readPage(context, scope, cursor),
      find: (keys) => find(context, keys),
      get: (ref) => get(context, ref),
      async perform(calls) {
        const outcomes = [];
        for (const call of calls) outcomes.push(await perform(context, call));
        return outcomes;
      },
      normalise: (wish) => normalise(wish, profile),
    };
  },
});
