/** Preloaded into a measured process (`node --import`): writes what it used to the file named in ROLLCALL_BENCH_USAGE when it ends. */
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeFileSync(
    process.env["ROLLCALL_BENCH_USAGE"]!,
    JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMegabytes: maxRSS / 1024 }),
  );
});
