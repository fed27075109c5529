import { connect } from "node:net";

let watched = false;

/**
 * Ends this process soon after its engine is gone: a provider that outlives a killed `pulumi` would go on writing while the next run is at
 * work. Told by the engine's port, because between the two there may be a shell. An engine that was never there is not waited for (a test).
 */
export function endWithEngine(address: string): void {
  const match = /^(.+):(\d+)$/.exec(address);
  if (watched || !match) return;
  watched = true;
  const [, host, port] = match;
  let reached = false;
  const look = (): void => {
    const socket = connect({ host: host!, port: Number(port) });
    socket.unref();
    socket.resume(); // what the engine says is not for us, but its end is seen only after it
    socket.on("connect", () => (reached = true));
    socket.on("error", () => undefined); // close follows, and tells
    socket.on("close", (failed) => {
      if (failed && reached) process.exit(1);
      if (reached) setTimeout(look, 100).unref();
    });
  };
  look();
}
