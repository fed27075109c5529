import * as fs from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { JournalFile, readJournal } from "../../../src/io/state/journal-file.ts";
import { type FileSystem, StateFiles } from "../../../src/io/state/state-files.ts";
import { done, noon, operation } from "../../core/state/sample.ts";
import { temporaryFolder } from "./temporary.ts";

const clock = { run: "r1", day: "2026-03-01", now: () => noon() };
const grants = ["team/a", "team/b", "team/c"].map((target) => operation({ verb: "grant", target, after: "member", login: "adá" }));

async function folder(disk: FileSystem = fs): Promise<{ files: StateFiles; path: string }> {
  const base = await temporaryFolder();
  return { files: new StateFiles(disk, base, join(base, "state")), path: join(base, "state/journal/forge.jsonl") };
}

describe("a journal on disk", () => {
  test("cut at any byte by a crash is taken up again at its last whole line, and written on", async () => {
    const { files, path } = await folder();
    const journal = await JournalFile.open(files, "forge", clock);
    await journal.begin(grants);
    await journal.end([done(grants[0]!)]);
    await journal.close();
    const whole = await fs.readFile(path);
    for (let length = 0; length < whole.length; length++) {
      const cut = whole.subarray(0, length);
      await fs.writeFile(path, cut);
      const lines = cut.toString("latin1").split("\n").length - 1;
      expect(await readJournal(files, "forge")).toHaveLength(lines);
      expect((await fs.stat(path)).size).toBe(length); // reading repairs nothing
      const again = await JournalFile.open(files, "forge", clock);
      await again.begin([grants[1]!]);
      await again.close();
      const entries = await readJournal(files, "forge");
      expect(entries.map((e) => e.seq)).toStrictEqual(Array.from({ length: lines + 1 }, (_, i) => i + 1));
    }
  }, 60_000);

  test("damaged in the middle is refused, with the line and what to do", async () => {
    const { files, path } = await folder();
    const journal = await JournalFile.open(files, "forge", clock);
    await journal.begin(grants);
    await journal.close();
    const bytes = await fs.readFile(path);
    bytes.fill(0, 10, 20);
    await fs.writeFile(path, bytes);
    await expect(JournalFile.open(files, "forge", clock)).rejects.toThrow(/damaged in line 1: it is not JSON\. Move it away/);
    bytes[10] = 0xff;
    await fs.writeFile(path, bytes);
    await expect(readJournal(files, "forge")).rejects.toThrow(/not UTF-8/);
  });

  test("flushes what comes together in one go, and nobody goes on before his lines are on disk", async () => {
    const events: string[] = [];
    let flush: () => void = () => undefined;
    const slow: FileSystem = {
      ...fs,
      open: (async (path: string, flags?: number, mode?: number) => {
        const handle = await fs.open(path, flags, mode);
        if (!path.endsWith(".jsonl")) return handle;
        return new Proxy(handle, {
          get(target, name) {
            const value: unknown = Reflect.get(target, name, target);
            if (typeof value !== "function") return value;
            return async (...given: unknown[]) => {
              if (name === "datasync") {
                events.push("flush");
                await new Promise<void>((resolve) => void (flush = resolve));
              }
              return value.apply(target, given);
            };
          },
        });
      }) as FileSystem["open"],
    };
    const { files } = await folder(slow);
    const journal = await JournalFile.open(files, "forge", clock);
    const begin = (o: (typeof grants)[number]) => journal.begin([o]).then(() => events.push(o.target));
    const [first, ...others] = grants;
    const begins = [begin(first!)];
    await expect.poll(() => events).toStrictEqual(["flush"]);
    begins.push(...others.map(begin));
    flush();
    await expect.poll(() => events).toStrictEqual(["flush", "team/a", "flush"]);
    flush();
    await Promise.all(begins);
    expect(events).toStrictEqual(["flush", "team/a", "flush", "team/b", "team/c"]);
    await journal.close();
  });

  test("without leave no intent is written, what was begun is ended all the same, and leave may come again", async () => {
    const { files } = await folder();
    let lost = false;
    let asked = 0;
    const mayBegin = async (): Promise<void> => {
      asked++;
      if (lost) throw new Error("the lock is gone");
    };
    const journal = await JournalFile.open(files, "forge", { ...clock, mayBegin });
    await journal.begin([grants[0]!]);
    lost = true;
    const refused = journal.begin([grants[1]!]);
    await Promise.all([journal.end([done(grants[0]!)]), expect(refused).rejects.toThrow("the lock is gone")]);
    lost = false;
    await Promise.all([journal.begin([grants[2]!]), journal.begin([grants[1]!])]);
    await journal.close();
    expect((await readJournal(files, "forge")).map((e) => (e.type === "begin" ? e.operation.target : e.type))).toStrictEqual([
      "team/a",
      "end",
      "team/c",
      "team/b",
    ]);
    expect(asked).toBe(3); // once a flush, and not for outcomes
  });

  test("ends only what it began", async () => {
    const { files } = await folder();
    const journal = await JournalFile.open(files, "forge", clock);
    await expect(journal.end([done(grants[0]!)])).rejects.toThrow(/was not begun/);
    await journal.close();
  });
});
