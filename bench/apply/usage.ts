/**
 * Loaded before rollcall with `node --import`: leaves what the process used at its end in the file that the environment names. A process can
 * tell this of itself alone and to the microsecond; no other process is in the figure.
 */
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeFileSync(process.env["ROLLCALL_BENCH_USAGE"]!, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, rss: maxRSS * 1024 }));
});
