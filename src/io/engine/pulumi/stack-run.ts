import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  CommandError,
  ConcurrentUpdateError,
  type EngineEvent,
  LocalWorkspace,
  PulumiCommand,
  type Stack,
  StackNotFoundError,
} from "@pulumi/pulumi/automation/index.js";
import type { Graph } from "../../../core/graph/graph.ts";
import { project } from "../../../core/state/layout.ts";
import { register, stackFacts } from "./program.ts";
import { mendSideFiles } from "./side-files.ts";
import { Steps } from "./steps.ts";

export interface StackOptions {
  readonly command: PulumiCommand;
  /** Key of the app, which is the stack. */
  readonly app: string;
  /** file://…, s3://…, https://api.pulumi.com and the like. */
  readonly backend: string;
  /** Folder of the rollcall package, which plugins load as `rollcall`. */
  readonly home: string;
  /** For the CLI and everything it starts. */
  readonly env: Readonly<Record<string, string>>;
}

/** The command line in a folder's bin/. */
export const commandAt = (root: string): Promise<PulumiCommand> => PulumiCommand.get({ root });

/** What the program of an update is told before it registers anything, under the stack's lock. */
export interface UpdateHooks {
  readonly graph: Graph;
  readonly gainsMayStart: Promise<void>;
  /** `engine`: address by which the providers of this run know it. Throws to stop before anything is registered. */
  begin(engine: string): Promise<void>;
  /** When everything has settled, still under the lock. */
  end(): Promise<void>;
  onStep(urn: string, failed: boolean): void;
  readonly signal: AbortSignal;
}

/** How an update ended. `locked`: it did not begin. `failed`: something in it, or the whole of it, went wrong; `steps` says what. */
export type Update =
  | { readonly kind: "done" | "failed"; readonly steps: Steps; readonly message: string }
  | { readonly kind: "locked"; readonly message: string };

/** One stack of one backend, driven through the Automation API. `close` removes its folder. */
export class StackRun {
  private readonly options: StackOptions;
  private readonly folder: string;
  private readonly workspace: LocalWorkspace;

  private constructor(options: StackOptions, folder: string, workspace: LocalWorkspace) {
    this.options = options;
    this.folder = folder;
    this.workspace = workspace;
  }

  /**
   * Every stack has a folder of its own, because the CLI notes its choice of stack there; in it plugins find this very rollcall and this SDK,
   * whatever the repository has installed.
   */
  static async open(options: StackOptions): Promise<StackRun> {
    const folder = await mkdtemp(join(tmpdir(), `rollcall-${options.app}-`));
    try {
      await mkdir(join(folder, "node_modules"));
      await symlink(options.home, join(folder, "node_modules", "rollcall"));
      const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
      await symlink(dirname(sdk), join(folder, "node_modules", "@pulumi"));
      const workspace = await LocalWorkspace.create({
        pulumiCommand: options.command,
        workDir: folder,
        envVars: {
          PULUMI_SKIP_UPDATE_CHECK: "true",
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
          // Nothing in a stack is secret; backends of files still ask for it.
          PULUMI_CONFIG_PASSPHRASE: "",
          ...options.env,
          PULUMI_BACKEND_URL: options.backend,
          // The Node that runs this runs the providers.
          PATH: [dirname(process.execPath), options.env["PATH"] ?? process.env["PATH"] ?? ""].join(delimiter),
        },
        projectSettings: { name: project, runtime: "nodejs", main: folder },
      });
      return new StackRun(options, folder, workspace);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The stack as `pulumi stack export` prints it; null where there is none. */
  async export(): Promise<unknown> {
    if (this.missing()) return null;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.workspace.exportStack(this.options.app);
      } catch (error) {
        if (error instanceof StackNotFoundError) return null;
        if (attempt > 1 || !(await this.mended())) throw told(error);
      }
    }
  }

  /** Replaces the stack's state, made where there is none. Answers why not where another run holds it; null where it was done. */
  async import(json: unknown): Promise<string | null> {
    try {
      await this.made();
      await this.workspace.importStack(this.options.app, json as Parameters<LocalWorkspace["importStack"]>[1]);
      return null;
    } catch (error) {
      if (error instanceof ConcurrentUpdateError) return lastWords(error);
      throw told(error);
    }
  }

  /** Removes every lock of the stack: for whoever knows that their runs are dead. */
  async cancel(): Promise<void> {
    try {
      await this.workspace.selectStack(this.options.app);
      await (await this.stackWith(() => Promise.resolve())).cancel();
    } catch (error) {
      throw told(error);
    }
  }

  /** What Pulumi would do about a graph. Writes nothing: a stack that is not there is not made, and all of it is to be created. */
  async preview(graph: Graph): Promise<Steps> {
    if (this.missing()) return Steps.allNew(graph);
    const steps = new Steps();
    let stack: Stack;
    try {
      stack = await this.stackWith(() => register(graph, { gainsMayStart: Promise.resolve() }));
    } catch (error) {
      if (error instanceof StackNotFoundError) return Steps.allNew(graph);
      throw told(error);
    }
    try {
      await stack.preview({ refresh: true, onEvent: (event) => steps.take(event) });
      return steps;
    } catch (error) {
      throw told(error, steps);
    }
  }

  /** Brings a graph about. Rejects only where Pulumi could not be asked at all. */
  async update({ graph, gainsMayStart, begin, end, onStep, signal }: UpdateHooks): Promise<Update> {
    const steps = new Steps();
    let refusal: unknown = null;
    const program = async (): Promise<void> => {
      try {
        await begin(stackFacts().engine);
      } catch (error) {
        refusal = error;
        throw error;
      }
      await register(graph, { gainsMayStart });
      await end();
    };
    try {
      await this.mended();
      await this.made();
      const stack = await this.stackWith(program);
      await stack.up({
        refresh: true,
        // Without it the first failed account would stop everybody else's revocations.
        continueOnError: true,
        signal,
        onEvent: (event: EngineEvent) => {
          const settled = steps.take(event);
          if (settled) onStep(settled.urn, settled.failed);
        },
      });
      return { kind: "done", steps, message: "" };
    } catch (error) {
      if (refusal instanceof Error) throw refusal;
      if (error instanceof ConcurrentUpdateError) return { kind: "locked", message: lastWords(error) };
      if (error instanceof CommandError) return { kind: "failed", steps, message: steps.trouble ?? lastWords(error) };
      throw error;
    }
  }

  /** The folder of a backend of files. */
  private get files(): string | null {
    const { backend } = this.options;
    return backend.startsWith("file:///") ? fileURLToPath(backend) : null;
  }

  /** A backend in a folder that is not there: it holds nothing, and looking at it must not make it. */
  private missing(): boolean {
    return this.files !== null && !existsSync(join(this.files, ".pulumi"));
  }

  /** What a kill left half written beside the state; false where the backend is none of files. */
  private async mended(): Promise<boolean> {
    if (this.files === null) return false;
    await mendSideFiles(this.files, this.options.app);
    return true;
  }

  private async made(): Promise<void> {
    if (this.files !== null) await mkdir(this.files, { recursive: true, mode: 0o700 });
    try {
      await this.workspace.selectStack(this.options.app);
    } catch (error) {
      if (!(error instanceof StackNotFoundError)) throw error;
      await this.workspace.createStack(this.options.app);
    }
  }

  private async stackWith(program: () => Promise<void>): Promise<Stack> {
    const { app, command, env } = this.options;
    return LocalWorkspace.selectStack(
      { stackName: app, projectName: project, program },
      {
        pulumiCommand: command,
        workDir: this.folder,
        envVars: this.workspace.envVars,
        projectSettings: { name: project, runtime: "nodejs", main: this.folder },
        ...(env["PULUMI_HOME"] === undefined ? {} : { pulumiHome: env["PULUMI_HOME"] }),
      },
    );
  }
}

/** A failed command of the CLI in its own last words, without the echo of everything it printed. */
function told(error: unknown, steps?: Steps): unknown {
  return error instanceof CommandError ? new Error(`pulumi: ${steps?.trouble ?? lastWords(error)}`, { cause: error }) : error;
}

/** The last paragraph of what a failed command wrote to standard error. */
function lastWords(error: Error): string {
  const stderr = /\n stderr: ([\s\S]*?)(?:\n err\?: [\s\S]*)?$/.exec(error.message)?.[1] ?? error.message;
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const first = lines.findIndex((line) => line.startsWith("error:"));
  return lines
    .slice(first < 0 ? -4 : first)
    .map((line) => line.replace(/^error: /, "").trimEnd())
    .join("; ");
}
