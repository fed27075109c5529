import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** The folder of a Pulumi CLI: on the PATH, or in bin/ of ROLLCALL_PULUMI_ROOT; null where there is none. */
export function findPulumi(): string | null {
  const root = process.env["ROLLCALL_PULUMI_ROOT"];
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...(root ? [join(root, "bin")] : [])];
  return (
    folders.find((folder) => folder !== "" && existsSync(join(folder, "pulumi")) && existsSync(join(folder, "pulumi-language-nodejs"))) ??
    null
  );
}

export const noPulumi = "no Pulumi CLI: put pulumi and pulumi-language-nodejs on the PATH, or name their root in ROLLCALL_PULUMI_ROOT";

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  /** Both streams, as a person would see them. */
  readonly output: string;
}

/** The CLI in one project folder against one backend folder, with a home of its own and nothing fetched from anywhere. */
export function pulumiIn(
  bin: string,
  project: string,
  backend: string,
  home: string,
  more: Readonly<Record<string, string>> = {},
): (...args: string[]) => Promise<Ran> {
  const env = {
    ...more,
    PATH: [bin, dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter),
    HOME: home,
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    NO_COLOR: "1",
  };
  return (...args) =>
    new Promise((resolve, reject) => {
      const child = spawn(join(bin, "pulumi"), [...args, "--non-interactive"], { cwd: project, env, stdio: ["ignore", "pipe", "pipe"] });
      let stdout = "";
      let output = "";
      child.stdout.on("data", (data: Buffer) => {
        stdout += String(data);
        output += String(data);
      });
      child.stderr.on("data", (data: Buffer) => (output += String(data)));
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, stdout, output }));
    });
}
