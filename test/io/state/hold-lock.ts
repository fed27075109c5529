// A run that is killed while it works: takes the lock of forge in the folder given, begins an operation, tells so, and waits for ever.
import { openStateDirectory } from "../../../src/io/state/state-directory.ts";
import { account, manifest, operation, stateOf } from "../../core/state/sample.ts";

const directory = openStateDirectory(process.argv[2]!, { now: () => new Date() });
const locking = await directory.lock("forge", { manifest, run: "killed", day: "2026-03-01" });
if (locking.kind === "open") {
  await locking.app.save(stateOf(account("ada")));
  await locking.app.journal.begin([operation({ verb: "suspend" })]);
}
process.stdout.write(`${locking.kind}\n`);
setInterval(() => undefined, 1000);
