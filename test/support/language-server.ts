/** The YAML language server that editors run, as a process of its own, spoken to in its own protocol (LSP over standard input and output). */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

export interface Problem {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

export interface Completion {
  readonly label: string;
  readonly documentation?: string | { readonly value: string };
}

export interface LanguageServer {
  /** Opens a text as the file at `path`, and answers what is wrong with it. The server waits a moment for more typing: ask many at once. */
  problems(path: string, text: string): Promise<readonly Problem[]>;
  /** What is offered at the place of `‸` in the text. */
  complete(path: string, text: string): Promise<readonly Completion[]>;
  /** What is shown over the place of `‸` in the text. */
  hover(path: string, text: string): Promise<string>;
  /** Connections that it tried to open; each was refused. */
  readonly connections: readonly string[];
  close(): Promise<void>;
}

/** Refuses and reports every connection, before the server's own first line runs. */
const withoutNetwork = `data:text/javascript,${encodeURIComponent(
  'import net from "node:net"; net.Socket.prototype.connect = function (...a) { process.stderr.write("CONNECT " + JSON.stringify(a[0]) + "\\n"); throw new Error("no network"); };',
)}`;

const settings = {
  yaml: { validate: true, completion: true, hover: true, schemaStore: { enable: false }, kubernetesCRDStore: { enable: false } },
};

const require = createRequire(import.meta.url);
const packageRoot = dirname(require.resolve("yaml-language-server/package.json"));

export async function startLanguageServer(root: string): Promise<LanguageServer> {
  const child = spawn(process.execPath, ["--import", withoutNetwork, join(packageRoot, "bin", "yaml-language-server"), "--stdio"], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = new Promise<void>((done) => child.on("close", () => done()));
  const connections: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => {
    for (const line of chunk.toString().split("\n")) if (line.startsWith("CONNECT ")) connections.push(line.slice(8));
  });

  let next = 1;
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const diagnosed = new Map<string, (problems: readonly Problem[]) => void>();
  const send = (message: object): void => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const ask = async (method: string, params: object): Promise<unknown> => {
    const id = next++;
    const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    send({ id, method, params });
    return answer;
  };
  const receive = (message: Incoming): void => {
    if (message.method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = message.params as { uri: string; diagnostics: Problem[] };
      diagnosed.get(uri)?.(diagnostics);
      diagnosed.delete(uri);
    } else if (message.method === "workspace/configuration") {
      const { items } = message.params as { items: { section: string }[] };
      send({ id: message.id, result: items.map((i) => (i.section === "yaml" ? settings.yaml : {})) });
    } else if (message.method !== undefined && message.id !== undefined) send({ id: message.id, result: null });
    else if (message.method === undefined && message.id !== undefined) {
      const open = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error) open?.reject(new Error(message.error.message));
      else open?.resolve(message.result);
    }
  };
  child.stdout.on("data", reader(receive));

  await ask("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(root).href,
    workspaceFolders: [{ uri: pathToFileURL(root).href, name: "root" }],
    capabilities: {
      workspace: { configuration: true, workspaceFolders: true },
      textDocument: { completion: { completionItem: { documentationFormat: ["markdown"] } }, hover: { contentFormat: ["markdown"] } },
    },
  });
  send({ method: "initialized", params: {} });
  send({ method: "workspace/didChangeConfiguration", params: { settings } });

  const opened = new Set<string>();
  let version = 1;
  const uriOf = (path: string): string => pathToFileURL(join(root, path)).href;
  const show = (path: string, text: string): void => {
    const uri = uriOf(path);
    if (opened.has(uri))
      send({ method: "textDocument/didChange", params: { textDocument: { uri, version: ++version }, contentChanges: [{ text }] } });
    else send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "yaml", version: ++version, text } } });
    opened.add(uri);
  };
  const at = async (method: string, path: string, marked: string): Promise<unknown> => {
    const offset = marked.indexOf("‸");
    const before = marked.slice(0, offset).split("\n");
    show(path, marked.replace("‸", ""));
    return ask(method, { textDocument: { uri: uriOf(path) }, position: { line: before.length - 1, character: before.at(-1)!.length } });
  };
  return {
    async problems(path, text) {
      const result = new Promise<readonly Problem[]>((done) => diagnosed.set(uriOf(path), done));
      show(path, text);
      return result;
    },
    complete: async (path, text) => ((await at("textDocument/completion", path, text)) as { items: Completion[] }).items,
    hover: async (path, text) =>
      ((await at("textDocument/hover", path, text)) as { contents: { value: string } } | null)?.contents.value ?? "",
    connections,
    async close() {
      await ask("shutdown", {});
      send({ method: "exit" });
      await ended;
    },
  };
}

interface Incoming {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Cuts the stream into messages: a header with the length in bytes, an empty line, the body. */
function reader(receive: (message: Incoming) => void): (chunk: Buffer) => void {
  let buffer: Buffer = Buffer.alloc(0);
  return (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const end = buffer.indexOf("\r\n\r\n");
      if (end === -1) return;
      const length = Number(/content-length: (\d+)/i.exec(buffer.subarray(0, end).toString())?.[1]);
      if (buffer.length < end + 4 + length) return;
      const body = buffer.subarray(end + 4, end + 4 + length).toString();
      buffer = buffer.subarray(end + 4 + length);
      receive(JSON.parse(body) as Incoming);
    }
  };
}
