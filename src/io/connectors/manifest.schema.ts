import { z } from "zod";
import { verbs } from "../../core/model/manifest.ts";
import { matchesHost } from "./base-url.ts";
import { isLinearPattern } from "./linear-pattern.ts";

const name = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/);
const verb = z.enum(verbs);

const linear = z
  .string()
  .max(200)
  .refine(
    isLinearPattern,
    "is not a regular expression that is sure to run in linear time (nothing repeated may hold a repetition or a choice)",
  );

/** A host name, or `*.` before one of two labels at least: a credential must not be let go to all of `*.com`. */
const host = z
  .string()
  .regex(
    /^(?:\*\.(?=[^.]+\.))?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/,
    "is not a host name, or *. before one",
  );

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
  path: z
    .string()
    .regex(/^\/[^?#]*$/, "must begin with / and have no query")
    .refine((p) => !/\*\*./.test(p), "must have ** at its end only"),
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
    hosts: z.array(host),
    baseUrl: z.string().optional(),
    auth: z.strictObject({ secret: z.string(), header: z.string(), scheme: z.enum(["Bearer", "token", "SSWS", ""]) }).optional(),
    calls: z.array(call),
    buckets: z.record(
      z.string(),
      z.strictObject({ units: z.number().positive(), seconds: z.number().positive(), concurrency: z.int().positive() }),
    ),
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
    const names = new Set<string>();
    const shapes = new Set<string>();
    m.calls.forEach((c, i) => {
      if (!Object.hasOwn(m.buckets, c.bucket)) problem(["calls", i, "bucket"], `there is no bucket ${c.bucket}`);
      if (names.has(c.name)) problem(["calls", i, "name"], `there are two calls ${c.name}`);
      if (shapes.has(`${c.method} ${c.path}`)) problem(["calls", i, "path"], `${c.method} ${c.path} is declared twice`);
      // Preview lets reads through: what changes things by its very method is none (law 2).
      if (c.effect === "read" && !["GET", "HEAD", "POST"].includes(c.method))
        problem(["calls", i, "effect"], `a ${c.method} is not a read`);
      if (c.effect === "graphql" && c.method !== "POST") problem(["calls", i, "method"], "GraphQL is sent by POST");
      names.add(c.name);
      shapes.add(`${c.method} ${c.path}`);
    });
    if (m.auth && !m.secrets.some((s) => s.name === m.auth!.secret)) problem(["auth", "secret"], `there is no secret ${m.auth.secret}`);
    // A connector that only reads stops nobody.
    if (Object.keys(m.verbs).length > 0 && !m.verbs[m.stop]) problem(["stop"], `the verb ${m.stop} is not declared`);
    for (const stage of ["stage1", "stage2", "stage3"] as const) {
      m.leaver[stage].forEach((v, i) => {
        if (!m.verbs[v]) problem(["leaver", stage, i], `the verb ${v} is not declared`);
      });
    }
    if (m.baseUrl !== undefined) {
      const sample = m.baseUrl.replaceAll(/\{[^}]*\}/g, "x");
      const url = URL.canParse(sample) ? new URL(sample) : null;
      const known = url !== null && m.hosts.some((h) => matchesHost(h, url.hostname));
      if (url?.protocol !== "https:") problem(["baseUrl"], "must be an https address");
      // A base URL that is a setting as a whole is judged when the setting is there.
      else if (!known && !m.baseUrl.startsWith("https://{")) problem(["baseUrl"], "its host is not among hosts");
    }
    m.entitlements.forEach((e, i) => {
      const at = ["entitlements", i];
      if (isLinearPattern(e.pattern) && !new RegExp(`^(?:${e.pattern})$`).test(e.example))
        problem([...at, "example"], "does not match its own pattern");
      if (new Set(e.levels).size < e.levels.length) problem([...at, "levels"], "has a level twice");
      if (e.base && e.levels.length > 0) problem([...at, "levels"], "the account itself has no levels");
      if (Array.isArray(e.admin) && e.admin.some((level) => !e.levels.includes(level)))
        problem([...at, "admin"], "names a level that does not exist");
    });
  });
