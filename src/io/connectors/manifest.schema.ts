import { z } from "zod";
import { verbs } from "../../core/model/manifest.ts";

const name = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/);
const verb = z.enum(verbs);

/** A pattern that a linear matcher could run: no back-references, no look-around, no quantifier on something that holds a quantifier. */
const linear = z.string().max(200).refine((source) => {
  if (/\\[1-9]|\\k<|\(\?[=!<]/.test(source)) return false;
  if (/\([^()]*[*+{][^()]*\)\s*[*+{]/.test(source)) return false;
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
}, "is not a linear-time regular expression");

const facts = z.strictObject({
  scopes: z.array(z.string()),
  editions: z.array(z.string()).optional(),
  reversible: z.boolean(),
  destroysData: z.literal(true).optional(),
  endsSessions: z.literal(true).optional(),
  freesLicence: z.literal(true).optional(),
  settles: z.number().nonnegative(),
  batch: z.int().positive().optional(),
  remark: z.string().optional(),
});

const call = z.strictObject({
  name: z.string(),
  method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
  path: z.string().startsWith("/"),
  effect: z.enum(["read", "write", "graphql"]),
  bucket: z.string(),
  cost: z.number().nonnegative().optional(),
  idempotent: z.literal(true).optional(),
});

/** Shape and coherence of a manifest; what a third party's connector folder must pass before anything of it runs. */
export const manifestSchema = z
  .strictObject({
    name,
    label: z.string(),
    description: z.string(),
    kinds: z.array(z.string()).min(1),
    matchKeys: z.array(z.enum(["id", "login", "email"])),
    createNeeds: z.enum(["login", "email", "nothing"]),
    entitlements: z.array(
      z.strictObject({
        name: z.string(),
        pattern: linear,
        levels: z.array(z.string()),
        admin: z.union([z.literal(true), z.array(z.string())]).optional(),
        base: z.literal(true).optional(),
        readOnly: z.string().optional(),
        group: z.literal(true).optional(),
        example: z.string(),
        description: z.string(),
      }),
    ),
    verbs: z.partialRecord(verb, facts),
    stop: z.enum(["suspend", "delete"]),
    leaver: z.strictObject({ stage1: z.array(verb), stage2: z.array(verb), stage3: z.array(verb) }),
    residual: z.array(z.string()),
    attributes: z.array(z.enum(["name", "email", "title", "department", "manager"])),
    hosts: z.array(z.string()),
    baseUrl: z.string().optional(),
    auth: z.strictObject({ secret: z.string(), header: z.string(), scheme: z.enum(["Bearer", "token", "SSWS", ""]) }).optional(),
    calls: z.array(call),
    buckets: z.record(z.string(), z.strictObject({ units: z.number().positive(), seconds: z.number().positive(), concurrency: z.int().positive() })),
    pageSizes: z.record(z.string(), z.int().positive()),
    concurrency: z.int().positive(),
    timeout: z.number().positive(),
    secrets: z.array(z.strictObject({ name: z.string(), purpose: z.string() })),
    invitations: z.strictObject({ expireDays: z.int().positive(), attempts: z.int().positive() }).optional(),
    restoreWindowDays: z.int().positive().optional(),
    settingsExample: z.record(z.string(), z.string()).optional(),
    human: z.literal(true).optional(),
  })
  .superRefine((m, context) => {
    const problem = (path: (string | number)[], message: string): void => context.addIssue({ code: "custom", path, message });
    m.calls.forEach((c, i) => {
      if (!(c.bucket in m.buckets)) problem(["calls", i, "bucket"], `there is no bucket ${c.bucket}`);
    });
    if (m.auth && !m.secrets.some((s) => s.name === m.auth!.secret)) problem(["auth", "secret"], `there is no secret ${m.auth.secret}`);
    if (!m.human && !m.verbs[m.stop]) problem(["stop"], `the verb ${m.stop} is not declared`);
    for (const stage of ["stage1", "stage2", "stage3"] as const) {
      m.leaver[stage].forEach((v, i) => {
        if (!m.verbs[v]) problem(["leaver", stage, i], `the verb ${v} is not declared`);
      });
    }
    if (m.hosts.length > 0 && m.baseUrl !== undefined && !m.hosts.some((h) => new URL(m.baseUrl!).hostname === h)) problem(["baseUrl"], "its host is not among hosts");
    m.entitlements.forEach((e, i) => {
      if (!new RegExp(`^(?:${e.pattern})$`).test(e.example)) problem(["entitlements", i, "example"], "does not match its own pattern");
    });
  });
