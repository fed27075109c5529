/** Runs a piece of a check once for each call that a connector offers, each on a world of its own. */
import type { Call, Outcome, Tenant } from "../contract.ts";
import { handful } from "./compare.ts";
import { readAll, type Reading } from "./read-all.ts";
import { smallCensus } from "./sample.ts";
import { type SampleCall, sampleCalls } from "./sample-calls.ts";
import { inSession, type Session } from "./session.ts";
import type { StrictIo } from "./strict-io.ts";
import type { Target } from "./target.ts";

interface Opened {
  readonly tenant: Tenant;
  readonly strict: StrictIo;
  readonly reading: Reading;
}

/** Runs `work` for each sample call on a world of its own; findings carry the call's label. */
export async function forEachCall(
  target: Target,
  work: (session: Session, opened: Opened, sample: SampleCall) => Promise<string[]>,
  only: (sample: SampleCall) => boolean = () => true,
  lag?: number,
): Promise<string[]> {
  const { manifest } = target.connector;
  const options = { census: smallCensus(manifest), ...(lag === undefined ? {} : { lag }) };
  const labels = await inSession(target, options, async ({ open }) => {
    const { tenant, facts } = await open("write");
    return sampleCalls(manifest, await readAll(tenant), facts)
      .filter(only)
      .map((s) => s.label);
  });
  const findings: string[] = [];
  for (const label of labels) {
    const found = await inSession(target, options, async (session) => {
      const { tenant, strict, facts } = await session.open("write");
      const reading = await readAll(tenant);
      const sample = sampleCalls(manifest, reading, facts).find((s) => s.label === label);
      if (!sample) return ["The second reading of the same world does not lead to the same call"];
      const prepared = sample.prepare ? await one(tenant, sample.prepare) : null;
      if (prepared && !settled(prepared)) return [`What has to be done before it is ${said(prepared)}`];
      return [...(await work(session, { tenant, strict, reading }, sample)), ...strict.violations];
    });
    findings.push(...found.map((f) => `${label}: ${f}`));
  }
  return handful(findings);
}

const thrown = "perform() threw instead of answering an outcome";

/** The outcome of one call; a throw or a wrong number of outcomes becomes a failure that says so. */
export async function one(tenant: Tenant, call: Call): Promise<Outcome> {
  try {
    const outcomes = await tenant.perform([call]);
    const [outcome] = outcomes;
    if (outcome && outcomes.length === 1) return outcome;
    return { status: "failed", fault: { kind: "invalid", message: `perform() answered ${outcomes.length} outcomes to one call` } };
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { status: "failed", fault: { kind: "invalid", message: `${thrown}: ${message}` } };
  }
}

/** Whether `one` had to make an outcome of a throw: allowed only where nothing was sent. */
export const threw = (outcome: Outcome): boolean => outcome.status === "failed" && outcome.fault.message.startsWith(thrown);

export const said = (outcome: Outcome): string =>
  outcome.status === "failed" ? `${outcome.fault.kind} (${outcome.fault.message})` : outcome.status;

/** Calls that count as carried out; what a person or time has to finish does not show in the world yet. */
export const settled = (outcome: Outcome): boolean =>
  outcome.status === "done" || outcome.status === "already" || outcome.status === "invited";
