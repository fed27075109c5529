/** A running simulator, a strict Io on it and an open tenant, for the length of one piece of a check. */
import type { Io, Tenant } from "../contract.ts";
import type { TenantFacts } from "../../core/model/observed.ts";
import type { Census, RunningSimulator } from "../simulator.ts";
import { openStrictIo, type StrictIo } from "./strict-io.ts";
import type { Target } from "./target.ts";

/** A credential that no vendor and no file has: wherever it turns up, it leaked. */
export const sentinel = "kit-sentinel-3Zq9vXw7LmT2";

export interface Session {
  readonly running: RunningSimulator<unknown>;
  /** A tenant on its own strict Io. Opens more of them where asked again. */
  open(access: "read" | "write", token?: string): Promise<{ tenant: Tenant; strict: StrictIo; facts: TenantFacts }>;
  /** A tenant in the HTTP room where the target brings one, else on a strict Io. Not probed. */
  openInRoom(access: "read" | "write"): Promise<{ tenant: Tenant; io: Io; logs: readonly string[]; redact(text: string): string }>;
}

interface SessionOptions {
  readonly census: Census;
  readonly lag?: number;
}

/** Starts the target's simulator with a census, runs `work`, and closes whatever came of it. */
export async function inSession<T>(target: Target, options: SessionOptions, work: (session: Session) => Promise<T>): Promise<T> {
  const { connector, simulator } = target;
  if (!simulator) throw new Error(`${connector.manifest.name} has no simulator`);
  const settings = connector.config.parse(simulator.settings);
  const running = await simulator.start({
    world: simulator.fromCensus(options.census, simulator.settings),
    token: sentinel,
    ...(options.lag === undefined ? {} : { lag: options.lag }),
    now: () => new Date("2026-03-02T09:00:00Z"),
  });
  try {
    return await work({
      running,
      async open(access, token = sentinel) {
        const strict = openStrictIo({ connector, baseUrl: running.url, access, token });
        const tenant = await connector.open(settings, strict.io);
        return { tenant, strict, facts: await tenant.probe() };
      },
      async openInRoom(access) {
        if (target.openIo) {
          const logs: string[] = [];
          const { io, redact } = target.openIo({
            connector,
            baseUrl: running.url,
            access,
            token: sentinel,
            onLog: (line) => void logs.push(line),
          });
          return { tenant: await connector.open(settings, io), io, logs, redact };
        }
        const strict = openStrictIo({ connector, baseUrl: running.url, access, token: sentinel });
        const redact = (text: string): string => text.replaceAll(sentinel, "[secret]");
        return { tenant: await connector.open(settings, strict.io), io: strict.io, logs: strict.logs, redact };
      },
    });
  } finally {
    await running.close();
  }
}
