import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { expect, test } from "vitest";

const script = `
import { endWithEngine } from ${JSON.stringify(new URL("../../../src/cli/pulumi/orphan.ts", import.meta.url).href)};
endWithEngine(process.argv[1]);
setInterval(() => undefined, 1000);
`;

test("a provider ends when its engine is gone, though the engine had spoken last", async () => {
  const sockets: Socket[] = [];
  const engine = createServer((socket) => {
    sockets.push(socket);
    socket.write("the settings of another protocol");
  });
  engine.listen(0, "127.0.0.1");
  await once(engine, "listening");
  const { port } = engine.address() as { port: number };
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script, `127.0.0.1:${port}`], { stdio: "inherit" });
  await once(engine, "connection");
  sockets.forEach((s) => s.destroy());
  engine.close();
  expect((await once(child, "exit"))[0]).toBe(1);
});
