import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { credentialsFor } from "../src/places/credentials.ts";
import { fields, text } from "../src/strict-json.ts";

const readToken = fields<{ readonly token: string }>({ token: text });

describe("the file of credentials", () => {
  let folder: string;
  let path: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "credentials-"));
    path = join(folder, "credentials.json");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const write = (value: unknown, mode = 0o600): void => {
    writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
    chmodSync(path, mode);
  };
  const find = (location: string): string | undefined =>
    credentialsFor(location, readToken, { CHIROGRAPH_CREDENTIALS: path })?.token;

  test("gives a store the entry that says most of its location", () => {
    write({
      "webdav:https://dav.example": { token: "of the server" },
      "webdav:https://dav.example/a": { token: "of a" },
      "webdav:https://dav.example/a/b/": { token: "of what is below b" },
    });
    expect(find("webdav:https://dav.example/z")).toBe("of the server");
    expect(find("webdav:https://dav.example/a")).toBe("of a");
    expect(find("webdav:https://dav.example/a/c")).toBe("of a");
    expect(find("webdav:https://dav.example/a/b/c")).toBe("of what is below b");
  });

  test("gives nothing to a server or a folder whose name only begins alike", () => {
    write({ "webdav:https://dav.example": { token: "of the server" }, "sftp://ward@host": { token: "t" } });
    expect(find("webdav:https://dav.example.attacker.example/z")).toBeUndefined();
    expect(find("webdav:https://dav.example:444/z")).toBeUndefined();
    expect(find("sftp://ward@host2/z?host-key=SHA256:x")).toBeUndefined();
  });

  test.each([
    ["WebDAV:https://DAV.example:443", "webdav:https://dav.example/a"],
    ["webdav:http://localhost:80/", "webdav:http://localhost/a"],
    ["sftp://ward@HOST.example:22", "sftp://ward@host.example/a?host-key=SHA256:x"],
    ["sftp://ward@host.example", "sftp://ward@HOST.example/a?host-key=SHA256:x"],
    ["s3:https://[2001:DB8::1]:443/box", "s3:https://[2001:db8::1]/box"],
    ["s3:bucket", "s3:bucket/a?region=eu"],
  ])("takes the key %s for %s", (key, location) => {
    write({ [key]: { token: "t" } });
    expect(find(location)).toBe("t");
  });

  test.each([
    ["webdav:https://dav.example:444", "webdav:https://dav.example/a"],
    ["webdav:http://dav.example", "webdav:https://dav.example/a"],
    ["sftp://ward@host", "sftp://other@host/a?host-key=SHA256:x"],
    ["webdav:https://dav.example/A", "webdav:https://dav.example/a"],
  ])("does not take the key %s for %s", (key, location) => {
    write({ [key]: { token: "t" } });
    expect(find(location)).toBeUndefined();
  });

  test.each([
    "",
    "webdav:",
    "webdav:https:",
    "webdav:https:/",
    "webdav:https://",
    "webdav:https://:443",
    "sftp:",
    "sftp://",
    "sftp://ward@",
    "s3:",
    "s3:https:/",
    "https://dav.example",
    "file:///srv",
  ])("that has the key %j, which names no host, is refused", (key) => {
    write({ [key]: { token: "hunter2" } });
    expect(() => find("webdav:https://dav.example/a")).toThrow(
      expect.objectContaining({ code: "malformed" }),
    );
  });

  test("that names one place twice is refused", () => {
    write({ "webdav:https://dav.example": { token: "a" }, "webdav:https://DAV.example:443": { token: "b" } });
    expect(() => find("webdav:https://dav.example/a")).toThrow(
      expect.objectContaining({ code: "malformed" }),
    );
  });

  test("is looked for in the folder of settings when it is not named, and need not be there", () => {
    expect(credentialsFor("s3:bucket", readToken, { XDG_CONFIG_HOME: folder })).toBeUndefined();
  });

  test("is not used when others may read it", () => {
    write({}, 0o640);
    expect(() => find("s3:bucket")).toThrow(expect.objectContaining({ code: "exposed" }));
  });

  test.each([
    ["no JSON", "{"],
    ["no object", []],
    ["another form", { "s3:bucket": { tokens: "x" } }],
    ["a secret that is none", { "s3:bucket": { token: 7 } }],
  ])("that is %s is refused, and none of it is shown", (_, value) => {
    write(value);
    expect(() => find("s3:bucket")).toThrow(expect.objectContaining({ code: "malformed" }));
  });

  test("that is named and missing is an error", () => {
    expect(() =>
      credentialsFor("s3:bucket", readToken, { CHIROGRAPH_CREDENTIALS: join(folder, "none") }),
    ).toThrow(expect.objectContaining({ code: "missing" }));
  });
});
