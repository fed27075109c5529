/** The check that no credential comes out where people and files can see it. */
import { toFault } from "../../fault.ts";
import type { Tenant } from "../../contract.ts";
import { handful } from "../compare.ts";
import { readAll } from "../read-all.ts";
import { smallCensus } from "../sample.ts";
import { sampleCalls } from "../sample-calls.ts";
import { inSession, sentinel } from "../session.ts";
import type { Check, Target } from "../target.ts";

/** The credential as it is and in the forms in which it travels. */
const needles = [sentinel, btoa(sentinel), btoa(`:${sentinel}`), btoa(`x:${sentinel}`), encodeURIComponent(sentinel)];

export const tellsNoSecret: Check = {
  name: "no credential is in any error, outcome or log line",
  law: "12: secrets are never data",
  needs: "simulator",
  async run(target) {
    const findings: string[] = [];
    for (const status of [400, 401, 403, 404, 422]) {
      // What the connector says of itself must be clean as it stands.
      findings.push(...(await leaks(target, status, { message: "Planted" }, false)).map((f) => `With ${status}: ${f}`));
      // A vendor that echoes the credential is cleaned by the core's redaction; it must not reach people in a form that escapes that.
      const echo = {
        message: `Bad token ${sentinel}`,
        error: { code: "bad", message: `Bearer ${sentinel}` },
        errors: [{ message: sentinel }],
      };
      findings.push(...(await leaks(target, status, echo, true)).map((f) => `With ${status} and an echo of the credential: ${f}`));
    }
    return handful(findings);
  },
};

/** Everything the connector lets out while every request is answered with one status. */
async function leaks(target: Target, status: number, body: unknown, redacted: boolean): Promise<string[]> {
  return inSession(target, { census: smallCensus(target.connector.manifest) }, async ({ running, openInRoom }) => {
    const { tenant, logs, redact } = await openInRoom("write");
    const facts = await tenant.probe();
    const reading = await readAll(tenant);
    const samples = sampleCalls(target.connector.manifest, reading, facts);
    const [account] = reading.accounts.values();
    running.plant({ times: 100_000, kind: { answer: status, body } });
    const texts: [string, string][] = [
      ["probe()", await outcomeText(() => tenant.probe())],
      ...(await readTexts(tenant)),
      ["find()", await outcomeText(() => tenant.find([{ by: "login", value: account?.login ?? "x" }]))],
      ...(account ? ([["get()", await outcomeText(() => tenant.get(account.ref))]] as [string, string][]) : []),
    ];
    for (const sample of samples) texts.push([sample.label, await outcomeText(() => tenant.perform([sample.call]))]);
    texts.push(["its log", logs.join("\n")]);
    return texts.flatMap(([where, text]) => {
      const shown = redacted ? redact(text) : text;
      return needles.some((needle) => shown.includes(needle)) ? [`${where} lets the credential out`] : [];
    });
  });
}

async function readTexts(tenant: Tenant): Promise<[string, string][]> {
  const texts: [string, string][] = [];
  for (const { scope, cursor } of tenant.roots()) texts.push([`read(${scope.id})`, await outcomeText(() => tenant.read(scope, cursor))]);
  return texts;
}

/** What came out, as text: a value, or an error with its fault, stack and causes. */
async function outcomeText(attempt: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await attempt()) ?? "";
  } catch (error) {
    const parts = [JSON.stringify(toFault(error))];
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      parts.push(cause.message, cause.stack ?? "", JSON.stringify(cause));
    return parts.join("\n");
  }
}
