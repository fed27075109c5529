/** The two services that a Pulumi program talks to, as little of them as a program needs; what it registers is kept. */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
/** The SDK's own copies of what it talks with. */
const sdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const grpc = sdk("@grpc/grpc-js") as {
  Server: new () => {
    addService(service: object, handlers: object): void;
    bindAsync(address: string, credentials: unknown, done: (error: Error | null, port: number) => void): void;
    tryShutdown(done: () => void): void;
  };
  ServerCredentials: { createInsecure(): unknown };
};
const monitor = require("@pulumi/pulumi/proto/resource_grpc_pb") as { ResourceMonitorService: object };
const engine = require("@pulumi/pulumi/proto/engine_grpc_pb") as { EngineService: object };
const resources = require("@pulumi/pulumi/proto/resource_pb") as Record<string, new () => Reply>;
const engines = require("@pulumi/pulumi/proto/engine_pb") as Record<string, new () => Reply>;
const { Empty } = sdk("google-protobuf/google/protobuf/empty_pb") as { Empty: new () => unknown };

interface Reply {
  setUrn(urn: string): void;
  setId(id: string): void;
  setObject(value: unknown): void;
  setHassupport(value: boolean): void;
}
interface Registering {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getObject(): { toJavaScript(): Record<string, unknown> };
  getDependenciesList(): string[];
  getSourceposition(): unknown;
  getStacktrace(): { getFramesList(): unknown[] } | undefined;
}
type Done = (error: Error | null, reply?: unknown) => void;

export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly props: Record<string, unknown>;
  readonly dependencies: readonly string[];
  /** A source position or a stack trace came along. */
  readonly positioned: boolean;
}

export interface FakeEngine {
  readonly monitor: string;
  readonly engine: string;
  /** In the order in which they came. */
  readonly registrations: Registration[];
  readonly logs: string[];
  close(): Promise<void>;
}

/** `answer`: what a registration waits for, and what it fails with. */
export async function startFakeEngine(
  answer: (r: Registration) => Promise<string | null> = () => Promise.resolve(null),
): Promise<FakeEngine> {
  const registrations: Registration[] = [];
  const logs: string[] = [];
  const empty = (_: unknown, done: Done): void => done(null, new Empty());
  const server = new grpc.Server();
  server.addService(monitor.ResourceMonitorService, {
    supportsFeature: (_: unknown, done: Done) => {
      const reply = new resources["SupportsFeatureResponse"]!();
      reply.setHassupport(false);
      done(null, reply);
    },
    registerResource: (call: { request: Registering }, done: Done) => {
      const r = call.request;
      const registration: Registration = {
        type: r.getType(),
        name: r.getName(),
        props: r.getObject()?.toJavaScript() ?? {},
        dependencies: r.getDependenciesList(),
        positioned: r.getSourceposition() !== undefined || (r.getStacktrace()?.getFramesList() ?? []).length > 0,
      };
      registrations.push(registration);
      void (async () => {
        const failure = await answer(registration);
        const reply = new resources["RegisterResourceResponse"]!();
        reply.setUrn(`urn:pulumi:test::rollcall::${r.getType()}::${r.getName()}`);
        reply.setId(r.getCustom() ? r.getName() : "");
        reply.setObject(r.getObject());
        done(failure === null ? null : new Error(failure), reply);
      })();
    },
    registerResourceOutputs: empty,
    signalAndWaitForShutdown: empty,
  });
  server.addService(engine.EngineService, {
    log: (call: { request: { getMessage(): string; getSeverity(): number } }, done: Done) => {
      if (call.request.getSeverity() > 0) logs.push(call.request.getMessage());
      done(null, new Empty());
    },
    getRootResource: (_: unknown, done: Done) => done(null, new engines["GetRootResourceResponse"]!()),
    setRootResource: (_: unknown, done: Done) => done(null, new engines["SetRootResourceResponse"]!()),
  });
  const port = await new Promise<number>((found, lost) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? lost(error) : found(bound))),
  );
  return {
    monitor: `127.0.0.1:${port}`,
    engine: `127.0.0.1:${port}`,
    registrations,
    logs,
    close: () => new Promise((done) => server.tryShutdown(() => done())),
  };
}
