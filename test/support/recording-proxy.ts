import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** A server in front of another that passes everything on, and remembers method and path, and each credential once; closed when the test ends. */
export async function recordingProxy(
  target: string,
): Promise<{ readonly url: string; readonly asked: string[]; readonly credentials: Set<string> }> {
  const asked: string[] = [];
  const credentials = new Set<string>();
  const passOn = async (request: IncomingMessage): Promise<Response> => {
    const body = await buffer(request);
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
      ["host", "connection", "content-length"].includes(name) || typeof value !== "string" ? [] : [[name, value]],
    );
    return fetch(`${target}${request.url}`, { method: request.method!, headers, ...(body.length > 0 ? { body } : {}) });
  };
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    credentials.add(request.headers.authorization ?? "none");
    passOn(request).then(
      async (answer) => {
        const text = await answer.text();
        const kept = ["content-type", "etag", "location"].flatMap((name) =>
          answer.headers.has(name) ? [[name, answer.headers.get(name)!]] : [],
        );
        response.writeHead(answer.status, Object.fromEntries(kept) as Record<string, string>).end(text);
      },
      (error: unknown) => response.writeHead(502).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, credentials };
}
