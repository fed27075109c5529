import { expect, test } from "vitest";
import { faultOf } from "../http/stage.ts";
import { ada, bot, created, page, type Routes, type Stage, stage } from "./stage.ts";

const marker = "<!-- rollcall -->";
const other = { id: 5, login: "other[bot]", type: "Bot" };

interface Row {
  id: number;
  user: unknown;
  body: string;
}

/** Comments of #7 that can be made, changed and removed. */
async function thread(rows: Row[], options: Parameters<typeof stage>[1] & { as?: unknown } = {}): Promise<Stage & { rows: Row[] }> {
  let next = 1000;
  const routes: Routes = {
    "GET /issues/7/comments": (asked) => page(rows, asked),
    "POST /issues/7/comments": ({ body }) => {
      const row = { id: next++, user: options.as ?? bot, body: body["body"] as string };
      rows.push(row);
      return created(row);
    },
    "PATCH /issues/comments/*": ({ parts, body }) => {
      const row = rows.find((r) => r.id === Number(parts[0]));
      if (!row) return { status: 404, body: { message: "Not Found" } };
      row.body = body["body"] as string;
      return { body: row };
    },
    "DELETE /issues/comments/*": ({ parts }) => {
      const at = rows.findIndex((r) => r.id === Number(parts[0]));
      if (at < 0) return { status: 404, body: { message: "Not Found" } };
      rows.splice(at, 1);
      return { status: 204 };
    },
  };
  return { ...(await stage(routes, options)), rows };
}

const talk = (n: number): Row[] => Array.from({ length: n }, (_, i) => ({ id: i + 1, user: ada, body: `remark ${i} about ${marker}` }));
const writes = (s: Stage): string[] => s.asked().filter((a) => !a.startsWith("GET") && !a.includes("graphql"));

test("among 200 comments of others it is made once with three requests, and found again with four", async () => {
  const s = await thread(talk(200));
  expect(await s.forge.stickyComment(7, marker, `${marker}\nfirst`)).toBe("made");
  expect(s.seen.length).toBe(3);

  // Three pages now, and whose token it is.
  expect(await s.forge.stickyComment(7, marker, `${marker}\nfirst`)).toBe("unchanged");
  expect(s.seen.length).toBe(3 + 4);
  // Whose token it is is known by now.
  expect(await s.forge.stickyComment(7, marker, `${marker}\nsecond`)).toBe("updated");
  expect(s.seen.length).toBe(3 + 4 + 4);
  expect(s.rows.length).toBe(201);
  expect(s.rows.at(-1)!.body).toBe(`${marker}\nsecond`);
});

test("twenty runs among 200 comments of others leave exactly one", async () => {
  const s = await thread(talk(200));
  for (let run = 0; run < 20; run++) await s.forge.stickyComment(7, marker, `${marker}\nrun ${run}`);
  expect(s.rows.filter((r) => r.user === bot)).toEqual([{ id: 1000, user: bot, body: `${marker}\nrun 19` }]);
});

test("a comment of somebody else that begins with the marker is neither touched nor taken for ours", async () => {
  const planted: Row[] = [
    { id: 1, user: ada, body: `${marker}\nall is well, approve this` },
    { id: 2, user: other, body: `${marker}\nfrom another app` },
    { id: 3, user: { ...bot, type: "User" }, body: `${marker}\nan account of another kind with our number` },
    { id: 4, user: null, body: `${marker}\nfrom a ghost` },
    { id: 5, user: bot, body: `not at its beginning: ${marker}` },
  ];
  const before = structuredClone(planted);
  const s = await thread(planted);
  expect(await s.forge.stickyComment(7, marker, `${marker}\nours`)).toBe("made");
  expect(s.rows.slice(0, 5)).toEqual(before);
  expect(writes(s)).toEqual(["POST /issues/7/comments"]);
  expect(await s.forge.stickyComment(7, marker, `${marker}\nours too`)).toBe("updated");
  expect(s.rows.slice(0, 5)).toEqual(before);
  expect(s.rows.length).toBe(6);
});

test("further ones of our own are removed on whatever page they are; the oldest stays", async () => {
  const s = await thread([
    { id: 1, user: bot, body: `${marker}\nold` },
    ...talk(250).map((r) => ({ ...r, id: r.id + 10 })),
    { id: 900, user: bot, body: `${marker}\ntwice` },
    { id: 901, user: ada, body: `${marker}\nhers` },
    { id: 902, user: bot, body: `${marker}\nthrice` },
  ]);
  expect(await s.forge.stickyComment(7, marker, `${marker}\nnew`)).toBe("updated");
  expect(s.rows.filter((r) => r.body.startsWith(marker)).map((r) => [r.id, r.body])).toEqual([
    [1, `${marker}\nnew`],
    [901, `${marker}\nhers`],
  ]);
});

test("with a person's token the comment is that person's", async () => {
  const s = await thread([{ id: 1, user: bot, body: `${marker}\nthe app's` }], { viewer: ada, as: ada });
  expect(await s.forge.stickyComment(7, marker, `${marker}\nx`)).toBe("made");
  expect(await s.forge.stickyComment(7, marker, `${marker}\nx`)).toBe("unchanged");
  expect(s.rows.map((r) => r.user)).toEqual([bot, ada]);
});

test("line ends and blanks at the end that the forge changes are no difference", async () => {
  const s = await thread([{ id: 1, user: bot, body: `${marker}\r\none\r\ntwo` }]);
  expect(await s.forge.stickyComment(7, marker, `${marker}\none\ntwo\n`)).toBe("unchanged");
  expect(writes(s)).toEqual([]);
});

test("a making whose answer is lost is looked for before another is made", async () => {
  const s = await thread(talk(3));
  s.plan("POST /issues/7/comments", "lose");
  expect(await s.forge.stickyComment(7, marker, `${marker}\nx`)).toBe("made");
  expect(s.rows.filter((r) => r.user === bot).length).toBe(1);

  // The request itself was lost: the second look finds nothing.
  const t = await thread(talk(3));
  t.plan("POST /issues/7/comments", { status: 502, body: "Bad Gateway" });
  expect(await t.forge.stickyComment(7, marker, `${marker}\nx`)).toBe("made");
  expect(t.rows.filter((r) => r.user === bot).length).toBe(1);

  const never = await thread([]);
  never.plan("POST /issues/7/comments", ...Array.from({ length: 9 }, () => ({ status: 500, body: "" })));
  expect((await faultOf(never.forge.stickyComment(7, marker, `${marker}\nx`))).kind).toBe("ambiguous");
  expect(writes(never).length).toBe(3);
});

test("an answer to a making that is not as documented counts as lost", async () => {
  const s = await thread([]);
  s.plan("POST /issues/7/comments", "mangle");
  expect(await s.forge.stickyComment(7, marker, `${marker}\nx`)).toBe("made");
  expect(s.rows.length).toBe(1);
});

test("a change whose answer is lost is sent again; a comment that was removed meanwhile is made anew", async () => {
  const s = await thread([{ id: 1, user: bot, body: `${marker}\nold` }]);
  s.plan("PATCH /issues/comments/1", "lose");
  expect(await s.forge.stickyComment(7, marker, `${marker}\nnew`)).toBe("updated");
  expect(s.rows).toEqual([{ id: 1, user: bot, body: `${marker}\nnew` }]);

  const t = await thread([{ id: 1, user: bot, body: `${marker}\nold` }]);
  t.plan("PATCH /issues/comments/1", () => {
    t.rows.splice(0, 1);
    return { status: 404, body: { message: "Not Found" } };
  });
  expect(await t.forge.stickyComment(7, marker, `${marker}\nnew`)).toBe("made");
  expect(t.rows).toEqual([{ id: 1000, user: bot, body: `${marker}\nnew` }]);
});

test("a text that does not begin with the marker is refused: it would be made again each time", async () => {
  const s = await thread([]);
  expect((await faultOf(s.forge.stickyComment(7, marker, "no marker"))).kind).toBe("invalid");
  expect((await faultOf(s.forge.stickyComment(7, "", "anything"))).kind).toBe("invalid");
  expect(s.seen.length).toBe(0);
});

test("a comment beside others is made once, also where its answer is lost", async () => {
  const s = await thread(talk(150));
  await s.forge.comment(7, "applied");
  await s.forge.comment(7, "applied");
  expect(s.rows.filter((r) => r.user === bot).length).toBe(2);
  s.plan("POST /issues/7/comments", "lose");
  await s.forge.comment(7, "failed");
  expect(s.rows.filter((r) => r.body === "failed").length).toBe(1);
  s.plan("POST /issues/7/comments", { status: 500, body: "" });
  await s.forge.comment(7, "failed again");
  expect(s.rows.filter((r) => r.body === "failed again").length).toBe(1);
});

test("five pages of comments come in their order", async () => {
  const s = await thread(talk(421));
  expect((await s.forge.comments(7)).map((c) => c.id)).toEqual(talk(421).map((r) => r.id));
  expect(s.seen.length).toBe(5);
});

test("the token stands in no fault, even where the forge's answer repeats it", async () => {
  const secret = "ghs_Xq7wEr5tYu8iOp0aSd3fGh";
  const s = await stage({}, { token: secret });
  s.plan("POST //graphql", { status: 401, body: { message: `no such token: ${secret}` } });
  const fault = await faultOf(s.forge.viewer());
  expect(fault.kind).toBe("auth");
  expect(JSON.stringify(fault)).not.toContain(secret);
});
