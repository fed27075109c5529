import { describe, expect, test } from "vitest";
import { faultOf, json, manifest, room, token, vendor } from "./stage.ts";

const query = "query Things { things { id } }";
const asJson = { "content-type": "application/json; charset=utf-8" };

describe("in a preview", () => {
  const writes: readonly (readonly [string, string, RequestInit])[] = [
    ["a declared write", "/things", { method: "POST", body: "{}" }],
    ["an idempotent write", "/things/1", { method: "PUT" }],
    ["a mutation", "/graphql", graphql("mutation { removeUser(id: 1) { ok } }")],
    ["a subscription", "/graphql", graphql("subscription { changes { id } }")],
    [
      "a mutation behind a query",
      "/graphql",
      graphql(
        `
          ${query}
          mutation M {
            removeUser(id: 1) {
              ok
            }
          }
        `,
        { operationName: "Things" },
      ),
    ],
    ["a mutation in odd clothes", "/graphql", graphql('# query\n,,mutation\t{ a(b: """query""") }')],
    ["a document that cannot be parsed", "/graphql", graphql("query { ")],
    [
      "a document that defines types",
      "/graphql",
      graphql(`
        ${query}
        type A {
          b: Int
        }
      `),
    ],
    ["a document of fragments alone", "/graphql", graphql("fragment F on A { b }")],
    ["an endless document", "/graphql", graphql(`{ ${"a ".repeat(30_000)} }`)],
    ["a deep document", "/graphql", graphql("{a".repeat(9_000) + "}".repeat(9_000))],
    ["a batch", "/graphql", { method: "POST", headers: asJson, body: JSON.stringify([{ query }, { query: "mutation { a }" }]) }],
    ["a stored document", "/graphql", { method: "POST", headers: asJson, body: JSON.stringify({ id: "abc" }) }],
    ["a body that is not JSON", "/graphql", { method: "POST", headers: asJson, body: query }],
    ["no body", "/graphql", { method: "POST", headers: asJson }],
    ["a form", "/graphql", { method: "POST", body: new URLSearchParams({ query }) }],
    ["a document in the address", "/graphql?query=mutation%7Ba%7D", graphql(query)],
    ["a read that says it is a DELETE", "/things/1", { headers: { "X-HTTP-Method-Override": "DELETE" } }],
  ];
  test.each(writes)("%s is refused, and the vendor sees nothing", async (_, path, init) => {
    const { url, seen } = await vendor((__, response) => json(response, 200, {}));
    const http = room(url, { access: "read" });
    expect(await faultOf(http.fetch(path, init))).toMatchObject({ kind: "refused", message: expect.stringContaining("preview") as string });
    expect(seen).toEqual([]);
    expect(http.counts).toEqual({ read: 0, write: 0 });
  });

  test("reads and queries pass, fragments and several queries included", async () => {
    const { url, seen } = await vendor((_, response) => json(response, 200, {}));
    const http = room(url, { access: "read" });
    for (const document of [
      "{ things { id } }",
      `${query} query Other { a }`,
      "query { a { ...F } } fragment F on A { b }",
      '{ a(b: "mutation { c }") }',
    ]) {
      expect((await http.fetch("/graphql", graphql(document, { variables: { n: 1 } }))).status).toBe(200);
    }
    expect((await http.fetch("/things")).status).toBe(200);
    expect(http.counts).toEqual({ read: 5, write: 0 });
    expect(JSON.parse(seen[0]!.body)).toEqual({ query: "{ things { id } }", variables: { n: 1 } });
  });

  test("what is sent is what was judged, whatever another parser would see in the original", async () => {
    const { url, seen } = await vendor((_, response) => json(response, 200, {}));
    const body = '{"query":"mutation { a }","query":"{ b }"}';
    await room(url, { access: "read" }).fetch("/graphql", { method: "POST", headers: asJson, body });
    expect(seen[0]!.body).toBe('{"query":"{ b }"}');
  });
});

test("with the write credential a mutation passes, once, and counts as a write", async () => {
  const { url, seen } = await vendor((_, __, request) => request.socket.destroy());
  const http = room(url);
  expect((await faultOf(http.fetch("/graphql", graphql("mutation { a }")))).kind).toBe("ambiguous");
  expect([seen.length, http.counts]).toEqual([1, { read: 0, write: 1 }]);
  await faultOf(http.fetch("/graphql", graphql(query)));
  expect([seen.length, http.counts]).toEqual([5, { read: 4, write: 1 }]);
});

describe("a call that the manifest does not declare", () => {
  const calls: readonly (readonly [string, string])[] = [
    ["GET", "/others"],
    ["DELETE", "/things/1"],
    ["GET", "/things/1/secrets"],
    ["GET", "/things/"],
    ["HEAD", "/things"],
    ["GET", "/things/../admin"],
    ["GET", "/moved/%2e%2e/admin"],
    ["GET", "/things/..%2Fadmin"],
    ["GET", "/things/a%5C..%5Cadmin"],
    ["GET", "/things/%252e%252e"],
    ["GET", "/things/a%00b"],
    ["GET", "/things/%ff"],
    ["GET", "//elsewhere.example/things"],
  ];
  test.each(calls)("%s %s is refused, and the vendor sees nothing", async (method, path) => {
    const { url, seen } = await vendor((_, response) => json(response, 200, {}));
    expect((await faultOf(room(url).fetch(path, { method }))).kind).toBe("refused");
    expect(seen).toEqual([]);
  });

  test("outside the base URL's path is refused as well", async () => {
    const { url, seen } = await vendor((_, response) => json(response, 200, {}));
    const http = room(`${url}/api/v1`);
    for (const path of [`${url}/things`, `${url}/api/v10/things`, `${url}/api/v1/../../things`, "/../v2/things"]) {
      expect((await faultOf(http.fetch(path))).kind).toBe("refused");
    }
    expect(seen).toEqual([]);
    expect((await http.fetch("/things")).status).toBe(200);
    expect((await http.fetch("things/a%2Fb?page=2")).status).toBe(200);
    expect(seen.map((s) => s.url)).toEqual(["/api/v1/things", "/api/v1/things/a%2Fb?page=2"]);
  });

  test("the first rule that matches holds", async () => {
    const { url } = await vendor((_, response) => json(response, 200, {}));
    const special = { name: "special", method: "GET", path: "/things/special", effect: "write", bucket: "api" } as const;
    const http = room(url, { access: "read", manifest: { ...manifest, calls: [special, ...manifest.calls] } });
    expect((await faultOf(http.fetch("/things/special"))).kind).toBe("refused");
    expect((await http.fetch("/things/other")).status).toBe(200);
  });
});

describe("a credential leaves for no other host:", () => {
  test("an address elsewhere is refused, and that server sees nothing", async () => {
    const home = await vendor((_, response) => json(response, 200, {}));
    const other = await vendor((_, response) => json(response, 200, {}));
    const http = room(home.url);
    for (const url of [
      `${other.url}/things`,
      `${home.url.replace("127.0.0.1", "localhost")}/things`,
      home.url.replace("http://", "http://a:b@") + "/things",
    ]) {
      expect((await faultOf(http.fetch(url))).kind).toBe("refused");
    }
    expect([home.seen, other.seen]).toEqual([[], []]);
  });

  test("moved to a simulator, an app no longer reaches the vendor", async () => {
    const { url } = await vendor((_, response) => json(response, 200, {}));
    let sent = 0;
    const http = room(url, { fetch: () => Promise.resolve(new Response(String((sent += 1)))) });
    expect((await faultOf(http.fetch("https://api.vendor.example/things"))).kind).toBe("refused");
    expect(sent).toBe(0);
  });

  test("hosts are the manifest's, by name or as sub-domains, over https, and those of the operator", async () => {
    const reached: string[] = [];
    const at = (base: string, hosts: string[], extraHosts: string[] = []) =>
      room(base, {
        manifest: { ...manifest, hosts },
        extraHosts,
        fetch: (input) => {
          reached.push(new Request(input).url);
          return Promise.resolve(Response.json({}));
        },
      });
    for (const [base, hosts, extra] of [
      ["https://api.vendor.example", ["api.vendor.example"], []],
      ["https://acme.vendor.example", ["*.vendor.example"], []],
      ["https://on.premises.example:8443", [], ["on.premises.example:8443"]],
    ] as const) {
      await at(base, [...hosts], [...extra]).fetch("/things");
      expect(reached.pop()).toBe(`${base}/things`);
    }
    for (const [base, hosts, extra] of [
      ["http://api.vendor.example", ["api.vendor.example"], []],
      ["https://api.vendor.example:444", ["api.vendor.example"], []],
      ["https://vendor.example", ["*.vendor.example"], []],
      ["https://evilvendor.example", ["*.vendor.example"], []],
      ["https://api.vendor.example.evil.example", ["api.vendor.example"], []],
      ["https://on.premises.example", [], ["on.premises.example:8443"]],
    ] as const) {
      expect((await faultOf(at(base, [...hosts], [...extra]).fetch("/things"))).kind).toBe("refused");
    }
    expect(reached).toEqual([]);
  });

  test("a redirect to another host, port or scheme is refused, and the other server sees nothing", async () => {
    const other = await vendor((_, response) => json(response, 200, {}));
    for (const status of [301, 302, 303, 307, 308]) {
      for (const location of [`${other.url}/things`, "https://127.0.0.1/things", "//elsewhere.example/things"]) {
        const { url, seen } = await vendor((_, response) => response.writeHead(status, { location }).end());
        expect(await faultOf(room(url).fetch("/things"))).toMatchObject({
          kind: "refused",
          message: expect.stringContaining("redirected to") as string,
        });
        expect(seen.length).toBe(1);
      }
    }
    expect(other.seen).toEqual([]);
  });

  test("within the host a GET is sent on, three times at most, and only to declared calls", async () => {
    const { url, seen } = await vendor((request, response) => {
      const n = Number(/^\/moved\/(\d)$/.exec(request.url)?.[1] ?? "0");
      if (request.url === "/moved/out") response.writeHead(302, { location: "/admin" }).end();
      else if (n > 0) response.writeHead(302, { location: n === 1 ? "/things" : `/moved/${n - 1}` }).end();
      else json(response, 200, { url: request.url });
    });
    const http = room(url);
    expect(await (await http.fetch("/moved/3")).json()).toEqual({ url: "/things" });
    expect(seen.map((s) => s.headers.authorization)).toEqual(Array(4).fill(`Bearer ${token}`));
    expect((await faultOf(http.fetch("/moved/4"))).kind).toBe("refused");
    expect((await faultOf(http.fetch("/moved/out"))).kind).toBe("refused");
    expect(seen.some((s) => s.url === "/admin")).toBe(false);
  });

  test("a redirected write is refused, wherever it leads", async () => {
    const { url, seen } = await vendor((_, response) => response.writeHead(307, { location: "/things" }).end());
    expect((await faultOf(room(url).fetch("/things", { method: "POST" }))).kind).toBe("refused");
    expect(seen.length).toBe(1);
  });
});

function graphql(document: string, rest: object = {}): RequestInit {
  return { method: "POST", headers: asJson, body: JSON.stringify({ query: document, ...rest }) };
}
