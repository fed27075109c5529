import { type Check, checksFor, sampleRegister, type Target } from "../../connector/conformance/index.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { hinted } from "../hinted.ts";
import { openRoom } from "../kit-room.ts";
import { styleFor } from "../palette.ts";
import { discoverConnectors, loadSimulator } from "../repository.ts";

interface Judged {
  readonly name: string;
  /** The law of the design that the check holds up. */
  readonly law: string;
  /** What is wrong, a sentence each; none where the connector passes. */
  readonly findings: readonly string[];
}

/**
 * `rollcall connectors test <name>`: the conformance kit, check by check, against the connector's own simulator and through the real HTTP
 * room. No vendor is asked. A finding is exit 3: the connector's files are wrong.
 */
export async function testConnector(context: Context, name: string): Promise<CommandResult> {
  const target = await targetOf(context, name);
  const checks = checksFor(target);
  const style = styleFor(context.colour.out);
  const judged: Judged[] = [];
  for (const check of checks) {
    if (context.signal.aborted) return 130;
    const result = { name: check.name, law: check.law, findings: await findingsOf(check, target) };
    judged.push(result);
    if (context.json) continue;
    if (result.findings.length === 0) context.out(`${style.gain("ok")}    ${result.name}\n`);
    else
      context.out(
        `${style.alarm("FAIL")}  ${result.name}\n      law ${result.law}\n${result.findings.map((f) => `      - ${f}\n`).join("")}`,
      );
  }
  const failed = judged.filter((j) => j.findings.length > 0).length;
  if (context.json) {
    context.out(`${JSON.stringify({ version: 1, connector: name, passed: judged.length - failed, failed, checks: judged }, null, 2)}\n`);
  } else context.out(`${name}: ${judged.length - failed} passed, ${failed} failed\n`);
  return failed > 0 ? 3 : 0;
}

/** A check that cannot be carried out (a simulator that does not start, an exception that is no fault) is a finding as well. */
async function findingsOf(check: Check, target: Target): Promise<readonly string[]> {
  try {
    return await check.run(target);
  } catch (error) {
    return [`It could not be carried out: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`];
  }
}

async function targetOf(context: Context, name: string): Promise<Target> {
  const { connectors, problems } = await discoverConnectors(context.dir);
  const connector = connectors.get(name);
  if (!connector) {
    const broken = problems.filter((problem) => problem.startsWith(`providers/${name}: `));
    throw new UsageError(broken.length > 0 ? broken.join("\n") : `there is no connector ${name}${hinted(name, [...connectors.keys()])}`, 3);
  }
  if (connector.manifest.human) return { connector, register: sampleRegister };
  const simulator = await loadSimulator(context.dir, name);
  if (!simulator) throw new UsageError(`providers/${name} has no simulator.ts: the kit has nothing to judge the connector by`, 3);
  return { connector, simulator, openIo: openRoom };
}
