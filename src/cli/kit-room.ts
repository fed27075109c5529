/** The real HTTP room over a simulator, for the conformance kit, with a clock that waits for nothing. */
import type { OpenIo } from "../connector/conformance/index.ts";
import type { Clock } from "../io/http/clock.ts";
import { type Http, openHttp } from "../io/http/http.ts";
import { createRedactor } from "../io/http/redact.ts";

/** Sleeping is moving the hands. Timeouts never strike: simulators answer. */
function virtualClock(): Clock {
  let now = Date.parse("2026-03-02T09:00:00Z");
  return {
    now: () => new Date(now),
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      now += milliseconds;
    },
    after: () => () => undefined,
  };
}

/** As the kit asks for it, with the room's own count of requests. */
export const openRoom = ({
  connector,
  baseUrl,
  access,
  token,
  onLog,
}: Parameters<OpenIo>[0]): ReturnType<OpenIo> & { readonly counts: Http["counts"] } => {
  const redactor = createRedactor();
  redactor.register(token);
  const clock = virtualClock();
  const http = openHttp({
    manifest: connector.manifest,
    app: connector.manifest.name,
    baseUrl,
    access,
    secrets: { get: async () => token },
    clock,
    redactor,
    extraHosts: [new URL(baseUrl).host],
    ...(connector.faultOf ? { faultOf: connector.faultOf } : {}),
  });
  return {
    io: {
      fetch: http.fetch,
      baseUrl,
      secret: async () => token,
      log: (message) => onLog(redactor.text(message)),
      now: () => clock.now(),
      register: [],
    },
    redact: (text) => redactor.text(text),
    counts: http.counts,
  };
};
