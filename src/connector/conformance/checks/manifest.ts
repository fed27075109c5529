/** Checks that open nothing: the manifest and the settings as data. */
import { formatAddress, parseAddress } from "../../../core/model/address.ts";
import { verbs, type Manifest } from "../../../core/model/manifest.ts";
import type { Check, Target } from "../target.ts";

export const manifestIsCoherent: Check = {
  name: "the manifest is coherent",
  law: "8: check, labels and docs speak from the manifest alone",
  needs: "manifest",
  run: async ({ connector: { manifest: m } }) => [...verbFindings(m), ...entitlementFindings(m), ...wireFindings(m)],
};

export const settingsAreStrict: Check = {
  name: "settings are strict",
  law: "15: all problems at once",
  needs: "manifest",
  async run({ connector, ...target }) {
    const settings = settingsOf(target);
    const findings: string[] = [];
    const plain = connector.config.safeParse(settings);
    if (!plain.success)
      findings.push(`The settings of its own simulator do not pass: ${plain.error.issues.map((i) => i.message).join("; ")}`);
    if (connector.config.safeParse({ ...settings, "kit-unknown-setting": true }).success)
      findings.push("A setting that it does not know passes");
    for (const notSettings of [null, [], "text"]) {
      if (connector.config.safeParse(notSettings).success) findings.push(`${JSON.stringify(notSettings)} passes as settings`);
    }
    return findings;
  },
};

const settingsOf = (target: Omit<Target, "connector">): Readonly<Record<string, unknown>> =>
  target.simulator?.settings ?? target.register?.settings ?? {};

function verbFindings(m: Manifest): string[] {
  const findings: string[] = [];
  const offered = new Set(Object.keys(m.verbs));
  for (const verb of offered) {
    const facts = m.verbs[verb as keyof typeof m.verbs]!;
    if (!(verbs as readonly string[]).includes(verb)) findings.push(`${verb} is no verb`);
    if (facts.settles < 0) findings.push(`${verb} settles in less than no time`);
    if (facts.batch !== undefined && !(Number.isInteger(facts.batch) && facts.batch >= 1))
      findings.push(`${verb} has a batch of ${facts.batch}`);
  }
  for (const [stage, list] of Object.entries(m.leaver)) {
    for (const verb of list) if (!offered.has(verb)) findings.push(`${stage} of a leaver asks for ${verb}, which it cannot do`);
  }
  // A connector that only reads stops nobody and needs nothing of this.
  if (offered.size > 0 && !offered.has(m.stop)) findings.push(`It stops accounts by ${m.stop}, which it cannot do`);
  if (m.verbs.suspend && !m.verbs.restore) findings.push("It can suspend and not restore");
  if (m.verbs.grant && !m.verbs.revoke) findings.push("It can grant and not revoke");
  if (m.kinds.length === 0) findings.push("It has no kind of ref");
  if (m.matchKeys.length === 0) findings.push("It has no key by which a newcomer is joined to an account");
  return findings;
}

function entitlementFindings(m: Manifest): string[] {
  const findings: string[] = [];
  if (m.entitlements.filter((k) => k.base).length > 1) findings.push("More than one entitlement is the account itself");
  for (const kind of m.entitlements) {
    // Linear time is the law; this finds a quantifier on a group that has one inside, and back-references.
    if (/\([^)]*[*+}][^)]*\)[*+{]|\\[1-9]/.test(kind.pattern)) findings.push(`The pattern of ${kind.name} may take for ever`);
    const fits = (k: { readonly pattern: string }): boolean => new RegExp(`^(?:${k.pattern})$`).test(kind.example);
    if (!fits(kind)) findings.push(`The example of ${kind.name} does not fit its own pattern`);
    if (m.entitlements.find(fits) !== kind) findings.push(`The example of ${kind.name} is taken by another kind`);
    const address = { app: "app", entitlement: kind.example, ...(kind.levels[0] === undefined ? {} : { level: kind.levels[0] }) };
    const parsed = parseAddress(formatAddress(address));
    if (parsed?.entitlement !== kind.example || parsed.level !== address.level)
      findings.push(`${formatAddress(address)} is not an address`);
    if (new Set(kind.levels).size !== kind.levels.length) findings.push(`${kind.name} has a level twice`);
    if (Array.isArray(kind.admin) && kind.admin.some((level: string) => !kind.levels.includes(level))) {
      findings.push(`${kind.name} calls a level administrative that it does not have`);
    }
    if (kind.base && kind.levels.length > 0) findings.push(`${kind.name} is the account itself and cannot have levels`);
  }
  return findings;
}

function wireFindings(m: Manifest): string[] {
  const findings: string[] = [];
  if ((m.calls.length === 0) !== (m.hosts.length === 0)) findings.push("It has hosts without calls, or calls without hosts");
  if (m.human && m.calls.length > 0) findings.push("People do its work, and yet it calls");
  if (m.auth && !m.secrets.some((s) => s.name === m.auth!.secret))
    findings.push(`It signs with ${m.auth.secret}, which is none of its secrets`);
  if (m.baseUrl !== undefined) {
    const { protocol, hostname } = new URL(m.baseUrl);
    const known = m.hosts.some((h) => h === hostname || (h.startsWith("*.") && hostname.endsWith(h.slice(1))));
    if (protocol !== "https:") findings.push("Its base URL is not https");
    if (!known) findings.push(`Its base URL is on ${hostname}, which is none of its hosts`);
  }
  const names = new Set<string>();
  const shapes = new Set<string>();
  for (const rule of m.calls) {
    if (names.has(rule.name)) findings.push(`Two calls have the name ${rule.name}`);
    if (shapes.has(`${rule.method} ${rule.path}`)) findings.push(`${rule.method} ${rule.path} is declared twice`);
    names.add(rule.name);
    shapes.add(`${rule.method} ${rule.path}`);
    if (!m.buckets[rule.bucket]) findings.push(`The call ${rule.name} counts in ${rule.bucket}, which is none of its buckets`);
    if (!rule.path.startsWith("/")) findings.push(`The path of ${rule.name} does not begin with /`);
    if ((rule.method === "GET" || rule.method === "HEAD") && rule.effect === "write")
      findings.push(`The call ${rule.name} writes by ${rule.method}`);
    if (rule.method === "DELETE" && rule.effect !== "write") findings.push(`The call ${rule.name} deletes and is not declared as a write`);
  }
  for (const [name, bucket] of Object.entries(m.buckets)) {
    if (!(bucket.units > 0 && bucket.seconds > 0 && bucket.concurrency >= 1)) findings.push(`The bucket ${name} lets nothing through`);
  }
  for (const [name, size] of Object.entries(m.pageSizes)) if (!(size >= 1)) findings.push(`The list ${name} has pages of ${size}`);
  if (!(m.timeout > 0) || !(m.concurrency >= 1)) findings.push("Its timeout or its concurrency is nothing");
  return findings;
}
