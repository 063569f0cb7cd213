import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { routes } from "@chirograph/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, bearer, startTestServer, type TestServer, testFolder } from "./running.ts";

const cleanUps: (() => Promise<void>)[] = [];
const cleanUp = (work: () => Promise<void>): void => void cleanUps.unshift(work);
let server: TestServer;
beforeAll(async () => {
  const application = await testFolder(cleanUp);
  await mkdir(join(application, "assets"));
  await writeFile(join(application, "index.html"), "<!doctype html><title>The application</title>");
  await writeFile(join(application, "service-worker.js"), "// work");
  await writeFile(join(application, "assets", "main-abc123.js"), "// main");
  await writeFile(join(application, ".secret"), "x");
  server = await startTestServer({ application }, cleanUp);
});
afterAll(async () => {
  for (const work of cleanUps) await work();
});

describe("an answer", () => {
  test.each(["/", "/api/v1/health", "/api/v1/vault", "/openapi.json", "/assets/main-abc123.js", "/nothing"])(
    "from %s lets nothing foreign run, and nobody frame it",
    async (path) => {
      const { headers } = await ask(server, path);
      const policy = headers["content-security-policy"] as string;
      expect(policy.split(";").toSorted()).toEqual([
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "img-src 'self' blob: data:",
        "manifest-src 'self'",
        "media-src 'self' blob:",
        "object-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "worker-src 'self'",
      ]);
      expect(headers).toMatchObject({
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
      });
      expect(headers["permissions-policy"]).toContain("publickey-credentials-get=(self)");
      expect(headers).not.toHaveProperty("access-control-allow-origin");
    },
  );

  test("of the interface is kept by nobody", async () => {
    for (const path of ["/api/v1/health", "/api/v1/vault", "/api/v1/nothing"]) {
      expect((await ask(server, path)).headers["cache-control"]).toBe("no-store");
    }
  });
});

describe("the application", () => {
  const page = { accept: "text/html,application/xhtml+xml" };

  test.each(["/", "/index.html", "/charts", "/charts/0123/records", "/stores"])("is at %s", async (path) => {
    const answer = await ask(server, path, { headers: page });
    expect(answer).toMatchObject({ status: 200, headers: { "cache-control": "no-cache" } });
    expect(answer.text).toContain("The application");
  });

  test("is kept where a file's name changes with its bytes", async () => {
    const asset = await ask(server, "/assets/main-abc123.js");
    expect(asset.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect((await ask(server, "/service-worker.js")).headers["cache-control"]).toBe("no-cache");
  });

  test.each([
    ["/assets/gone.js", page],
    ["/media/0123456789abcdef0123456789abcdef", page],
    ["/charts", { accept: "application/json" }],
    ["/api", page],
    ["/api/v1/nothing", page],
    ["/.secret", {}],
    ["/../package.json", {}],
    ["/..%2f..%2fpackage.json", {}],
  ])("is not at %s", async (path, headers) => {
    const answer = await ask(server, path, { headers });
    expect([400, 403, 404]).toContain(answer.status);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
  });
});

describe("a request that is wrong has a problem for an answer:", () => {
  const id = "0".repeat(32);
  const json = { "content-type": "application/json" };
  const cases: [
    string,
    string,
    string,
    { headers?: Record<string, string>; body?: string },
    number,
    string,
  ][] = [
    ["no such address", "GET", "/api/v1/nothing", {}, 404, "unknown"],
    ["no such method", "PUT", "/api/v1/vault", {}, 405, "not-allowed"],
    ["no such method of an object", "DELETE", `/api/v1/stores/${id}/objects/${id}`, {}, 405, "not-allowed"],
    ["no JSON", "POST", "/api/v1/catalogue/find", { headers: json, body: "{" }, 400, "malformed"],
    ["an empty body", "POST", "/api/v1/catalogue/find", { headers: json, body: "" }, 400, "malformed"],
    ["no body", "POST", "/api/v1/catalogue/find", {}, 400, "malformed"],
    [
      "another media type",
      "POST",
      "/api/v1/catalogue/find",
      { headers: { "content-type": "text/plain" }, body: "{}" },
      400,
      "malformed",
    ],
    [
      "a form",
      "POST",
      "/api/v1/jobs",
      { headers: { "content-type": "application/x-www-form-urlencoded" }, body: "kind=verify" },
      400,
      "malformed",
    ],
    [
      "another form",
      "POST",
      "/api/v1/catalogue/find",
      { headers: json, body: '{"records":["x"]}' },
      400,
      "malformed",
    ],
    [
      "an unknown key",
      "POST",
      "/api/v1/jobs",
      { headers: json, body: '{"kind":"verify","x":1}' },
      400,
      "malformed",
    ],
    [
      "a poisoned key",
      "POST",
      "/api/v1/catalogue/find",
      { headers: json, body: '{"__proto__":{"x":1}}' },
      400,
      "malformed",
    ],
    [
      "an unknown kind",
      "POST",
      "/api/v1/jobs",
      { headers: json, body: '{"kind":"format"}' },
      400,
      "malformed",
    ],
    [
      "too large",
      "POST",
      "/api/v1/catalogue/find",
      { headers: json, body: `{"x":"${"a".repeat(9_000_000)}"}` },
      413,
      "too-large",
    ],
    ["an id that is none", "GET", "/api/v1/stores/x/objects/y", {}, 400, "malformed"],
    ["an unknown store", "GET", `/api/v1/stores/${id}/objects/${id}`, {}, 404, "unknown"],
    ["an unknown job", "GET", `/api/v1/jobs/${id}`, {}, 404, "unknown"],
  ];
  test.each(cases)("%s", async (_, method, path, { headers, body }, status, code) => {
    const answer = await ask(server, path, {
      method,
      headers: { ...bearer(server), ...headers },
      ...(body !== undefined && { body }),
    });
    expect(answer.headers["content-type"]).toContain("application/problem+json");
    expect(answer.json()).toMatchObject({ type: "about:blank", status, code, source: "server", stores: [] });
    expect(answer.status).toBe(status);
  });

  test("a method that is not taken says which are", async () => {
    const answer = await ask(server, `/api/v1/stores/${id}/objects/${id}`, {
      method: "DELETE",
      headers: bearer(server),
    });
    expect(answer.headers["allow"]).toBe("PUT, GET, HEAD");
  });
});

describe("the description", () => {
  interface Operation {
    readonly responses?: Readonly<Record<string, { readonly description?: string }>>;
    readonly parameters?: readonly {
      readonly name: string;
      readonly in: string;
      readonly required: boolean;
    }[];
    readonly security?: unknown;
  }
  type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  let document: { openapi: string; info: object; paths: Paths };
  beforeAll(async () => {
    document = (await ask(server, "/openapi.json")).json() as unknown as typeof document;
  });

  test("is OpenAPI 3.1, with every row of the interface and nothing else", () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info).toMatchObject({ title: "Chirograph", version: "1" });
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const rows = Object.values(routes).filter((row) => typeof row === "object");
    const expected = rows.map(
      ({ method, path }) => `${method} ${routes.BASE}${path.replaceAll(/:([a-z]+)/g, "{$1}")}`,
    );
    expect(described.toSorted()).toEqual(expected.toSorted());
  });

  test("says of every operation what it answers and needs", () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      const inPath = Array.from(path.matchAll(/\{([a-z]+)\}/g), ([, name]) => name);
      for (const { responses = {}, parameters = [] } of Object.values(operations)) {
        expect(Object.keys(responses)).toContain("default");
        for (const { description } of Object.values(responses))
          expect(description).toEqual(expect.any(String));
        const declared = parameters.filter((each) => each.in === "path");
        expect(declared.map(({ name }) => name)).toEqual(inPath);
        expect(declared.every(({ required }) => required)).toBe(true);
      }
    }
  });

  test("names the headers that mean something", () => {
    const headers = Object.values(document.paths)
      .flatMap((operations) => Object.values(operations))
      .flatMap(({ parameters = [] }) => parameters.filter((each) => each.in === "header"))
      .map(({ name, required }) => `${name} ${required ? "needed" : "possible"}`);
    expect(headers.toSorted()).toEqual(["range possible", "upload-offset needed"]);
  });

  test("has no reference that leads nowhere, and no word of another draft", () => {
    const text = JSON.stringify(document);
    expect(text).not.toContain('"$ref"');
    expect(text).not.toContain('"nullable"');
    expect(text).not.toContain('"$schema"');
  });
});
