/** Pulumi's own dynamic-provider process, and as much of its engine as it takes to ask that process for every resource of a graph. */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { z } from "zod";
import { type Graph, type GraphResource, stages } from "../../src/core/graph/graph.ts";
import type { AppState } from "../../src/core/model/state.ts";
import { shapes } from "../../src/core/state/checkpoint.schema.ts";
import { providerKey, providerText } from "../../src/core/state/layout.ts";
import { accountOf, accountOutputs, groupOf, groupOutputs, tenantOutputs } from "../../src/core/state/outputs.ts";

const require = createRequire(import.meta.url);
/* The SDK's wire classes are generated CommonJS without usable types. */
const sdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const grpc = sdk("@grpc/grpc-js") as { credentials: { createInsecure(): unknown } };
const messages = require("@pulumi/pulumi/proto/provider_pb") as Record<string, new () => Message>;
const services = require("@pulumi/pulumi/proto/provider_grpc_pb") as {
  ResourceProviderClient: new (address: string, credentials: unknown) => Client;
};
const { Struct } = sdk("google-protobuf/google/protobuf/struct_pb") as { Struct: { fromJavaScript(value: object): unknown } };
const status = require("@pulumi/pulumi/proto/status_pb") as {
  Status: { deserializeBinary(bytes: Buffer): { getDetailsList(): { getValue_asU8(): Uint8Array }[] } };
};
const failed = messages as unknown as {
  ErrorResourceInitFailed: { deserializeBinary(bytes: Uint8Array): { getProperties(): { toJavaScript(): Values } } };
};

type Values = Record<string, unknown>;
interface Message {
  setId(id: string): void;
  setUrn(urn: string): void;
  setProperties(value: unknown): void;
  setOlds(value: unknown): void;
  setNews(value: unknown): void;
}
interface Answer {
  getId(): string;
  getChanges(): number;
  getProperties(): { toJavaScript(): Values } | undefined;
  getInputs(): { toJavaScript(): Values } | undefined;
}
type Client = { close(): void } & Record<
  string,
  (request: Message, done: (error: (Error & { metadata?: { get(key: string): Buffer[] } }) | null, answer: Answer) => void) => void
>;

/** `outs`: what state holds afterwards, also where the call failed in part. */
export interface Asked {
  readonly outs: Values | null;
  readonly error: string | null;
}

export interface PluginHost {
  /** Address of the engine as the process was told it. */
  readonly engine: string;
  create(news: Values): Promise<Asked>;
  update(id: string, olds: Values, news: Values): Promise<Asked>;
  read(id: string, props: Values): Promise<Values>;
  diff(id: string, olds: Values, news: Values): Promise<boolean>;
  close(): Promise<void>;
}

let count = 0;

/** Starts the process; `env` says where the repository is and how its apps are reached. */
export async function startPlugin(env: Readonly<Record<string, string>>): Promise<PluginHost> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-plugin-"));
  await mkdir(join(folder, "node_modules"));
  await symlink(resolve("."), join(folder, "node_modules", "rollcall"));
  await symlink(resolve("node_modules/@pulumi"), join(folder, "node_modules", "@pulumi"));
  const engine = `127.0.0.1:${10_000 + ((process.pid * 31 + count++) % 50_000)}-test`;
  const child: ChildProcess = spawn(process.execPath, [require.resolve("@pulumi/pulumi/cmd/dynamic-provider"), engine], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let complaints = "";
  child.stderr!.on("data", (data: Buffer) => (complaints += data.toString()));
  const port = await new Promise<string>((found, lost) => {
    child.stdout!.once("data", (data: Buffer) => found(data.toString().trim()));
    child.once("exit", () => lost(new Error(`the plugin process ended: ${complaints}`)));
  });
  const client = new services.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const ask = (method: string, type: string, fill: (request: Message) => void): Promise<Answer> =>
    new Promise((done, failing) => {
      const request = new messages[type]!();
      fill(request);
      client[method]!(request, (error, answer) => (error ? failing(error) : done(answer)));
    });
  const asked = async (work: Promise<Answer>): Promise<Asked> => {
    try {
      return { outs: (await work).getProperties()!.toJavaScript(), error: null };
    } catch (error) {
      const { message, metadata } = error as Error & { metadata?: { get(key: string): Buffer[] } };
      const [bytes] = metadata?.get("grpc-status-details-bin") ?? [];
      const [detail] = bytes ? status.Status.deserializeBinary(bytes).getDetailsList() : [];
      return {
        outs: detail ? failed.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8()).getProperties().toJavaScript() : null,
        error: message,
      };
    }
  };
  return {
    engine,
    create: (news) => asked(ask("create", "CreateRequest", (r) => r.setProperties(Struct.fromJavaScript(news)))),
    update: (id, olds, news) =>
      asked(
        ask("update", "UpdateRequest", (r) => {
          r.setId(id);
          r.setOlds(Struct.fromJavaScript(olds));
          r.setNews(Struct.fromJavaScript(news));
        }),
      ),
    read: async (id, props) =>
      (
        await ask("read", "ReadRequest", (r) => {
          r.setId(id);
          r.setProperties(Struct.fromJavaScript(props));
        })
      )
        .getProperties()!
        .toJavaScript(),
    diff: async (id, olds, news) =>
      (
        await ask("diff", "DiffRequest", (r) => {
          r.setId(id);
          r.setOlds(Struct.fromJavaScript(olds));
          r.setNews(Struct.fromJavaScript(news));
        })
      ).getChanges() === 2, // DIFF_SOME
    async close() {
      client.close();
      child.kill();
      await new Promise((done) => child.once("exit", done));
      await rm(folder, { recursive: true });
    },
  };
}

/** Inputs as the SDK registers them. */
const registered = (connector: string, { kind, inputs }: Pick<GraphResource, "kind" | "inputs">): Values => ({
  ...inputs,
  [providerKey]: providerText(connector, kind),
});

export interface Brought {
  readonly state: AppState;
  /** By "kind name": what Pulumi would have done. */
  readonly steps: Readonly<Record<string, string>>;
  readonly errors: readonly string[];
}

/** Refreshes everything that state knows, then brings a graph about, stage by stage, as Pulumi's engine does. */
export async function bring(host: PluginHost, graph: Graph, known: AppState, pinned: boolean): Promise<Brought> {
  const { app, connector } = graph;
  const stored = new Map<string, Values>();
  const provider = (kind: GraphResource["kind"]): Values => ({ [providerKey]: providerText(connector, kind) });
  if (pinned) stored.set("Tenant tenant", { ...provider("Tenant"), ...tenantOutputs(app, connector, known.tenant) });
  for (const g of known.groups.values()) stored.set(`Group ${g.entitlement}`, { ...provider("Group"), ...groupOutputs(app, g) });
  for (const a of known.accounts.values()) stored.set(`Account ${a.person}`, { ...provider("Account"), ...accountOutputs(a) });
  const ids = new Map(graph.resources.map((r) => [`${r.kind} ${r.name}`, r.id]));
  await Promise.all([...stored].map(async ([name, props]) => stored.set(name, await host.read(ids.get(name) ?? name, props))));

  const steps: Record<string, string> = {};
  const errors: string[] = [];
  for (const stage of stages) {
    await Promise.all(
      graph.resources
        .filter((r) => r.stage === stage)
        .map(async (r) => {
          const name = `${r.kind} ${r.name}`;
          const news = registered(connector, r);
          const olds = stored.get(name);
          if (olds && !(await host.diff(r.id, olds, news))) return void (steps[name] = "same");
          steps[name] = olds ? "update" : "create";
          const { outs, error } = olds ? await host.update(r.id, olds, news) : await host.create(news);
          if (outs) stored.set(name, outs);
          if (error !== null) errors.push(`${name}: ${error}`);
        }),
    );
  }
  for (const name of graph.forgotten) stored.delete(name);
  return { state: stateOf(known, stored), steps, errors };
}

function stateOf(known: AppState, stored: ReadonlyMap<string, Values>): AppState {
  const of = <T>(kind: string, shape: z.ZodType<T>): T[] =>
    [...stored].filter(([name]) => name.startsWith(`${kind} `)).map(([, values]) => shape.parse(values));
  const [tenant] = of("Tenant", shapes.Tenant.outputs);
  return {
    app: known.app,
    connector: known.connector,
    ...(tenant?.tenant === undefined ? {} : { tenant: tenant.tenant }),
    accounts: new Map(of("Account", shapes.Account.outputs).map((o) => [o.person, accountOf(o)])),
    groups: new Map(of("Group", shapes.Group.outputs).map((o) => [o.entitlement, groupOf(o)])),
  };
}
