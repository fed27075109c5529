import { expect, test } from "vitest";
import { baseFiles, openStory, personOf } from "./story.ts";

test("a preview from a published snapshot asks no app and holds no credential of one", async () => {
  const story = await openStory({
    files: { "rollcall.yaml": `${baseFiles["rollcall.yaml"]}pull-requests: { preview: snapshot }\n` },
  });
  try {
    const number = await story.propose({ as: "ada", files: personOf("ada", ["grants: [github/member, github/team/dev]"]) });
    story.env["ROLLCALL_SNAPSHOT_KEY"] = Buffer.alloc(32, 1).toString("base64");
    expect(await story.preview(number)).toMatchObject({ code: 0 });
    expect(story.comments(number)[0]).toContain("no scheduled run has published a snapshot");

    expect(await story.scheduled()).toMatchObject({ code: 0 });
    for (const name of ["ACME_GITHUB_READ", "ACME_GITHUB_WRITE", "ACME_WIKI"]) delete story.env[name];
    story.wiki.forget();
    story.host.github.forget();
    expect(await story.preview(number)).toMatchObject({ code: 0 });
    expect(story.comments(number)).toHaveLength(1);
    expect(story.comments(number)[0]).toMatch(/github\/team\/dev/);
    expect(story.wiki.seen).toEqual([]);
    expect(story.host.github.seen.filter((r) => r.path.startsWith("/orgs/") || r.path.startsWith("/graphql")).map((r) => r.path)).toEqual(
      expect.not.arrayContaining([expect.stringContaining("/orgs/acme/members")]),
    );

    story.env["ROLLCALL_SNAPSHOT_KEY"] = Buffer.alloc(32, 2).toString("base64");
    const locked = await story.preview(number);
    expect([locked.code, locked.err]).toEqual([3, expect.stringContaining("does not open")]);
  } finally {
    await story.close();
  }
});
