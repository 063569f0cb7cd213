import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { folderOf } from "../src/places/folder.ts";
import { nameOfStore } from "../src/places/name.ts";
import { parseLocation, parseLocations, placeOf } from "../src/places/location.ts";

describe("the location of a store", () => {
  test("is absolute and plain ASCII, and leads back to its folder, whatever the name", () => {
    const segment = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((text) => !/[/\\\0]/.test(text) && text.isWellFormed() && text !== "." && text !== "..");
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
        const path = segments.join("/");
        const location = parseLocation(`file:${encodeURIComponent(path)}`);
        expect(location).toMatch(/^file:\/\/\/[\x21-\x7e]*$/);
        expect(folderOf(location)).toBe(join(process.cwd(), path));
        expect(parseLocation(location)).toBe(location);
      }),
    );
  });

  test.each([
    ["file:a b", join(process.cwd(), "a b")],
    ["file:/srv/a", "/srv/a"],
    ["file:///srv/a%20b", "/srv/a b"],
    ["file:../a/./b/", join(process.cwd(), "../a/b")],
  ])("%s", (value, path) => expect(folderOf(parseLocation(value))).toBe(path));

  test.each([
    "",
    "a",
    "file:",
    "file://host/a",
    "file:50%",
    "file:a?b",
    "file:a#b",
    "file:a%00b",
    "s3:a",
    "FILE:a",
  ])("is not %j", (value) =>
    expect(() => parseLocation(value)).toThrow(expect.objectContaining({ code: "invalid" })),
  );
});

describe("the location of a store on another machine", () => {
  const HOST_KEY = `SHA256:${"a+/B".repeat(10)}abc`;

  test.each([
    ["s3:my-bucket", "s3:my-bucket", { kind: "s3", bucket: "my-bucket", prefix: "", pathStyle: false }],
    [
      "s3:my-bucket//a/b/?region=eu-central-1",
      "s3:my-bucket/a/b?region=eu-central-1",
      { prefix: "a/b", region: "eu-central-1" },
    ],
    [
      "s3:https://RGW.example:7480/fragments",
      "s3:https://rgw.example:7480/fragments",
      { endpoint: "https://rgw.example:7480", bucket: "fragments", pathStyle: true },
    ],
    [
      "s3:https://s3.example/fragments?style=host",
      "s3:https://s3.example/fragments?style=host",
      { pathStyle: false, endpoint: "https://s3.example" },
    ],
    ["s3:http://127.0.0.1:7480/fragments", "s3:http://127.0.0.1:7480/fragments", { bucket: "fragments" }],
    [
      "azblob:https://ward.blob.core.windows.net/fragments/x",
      "azblob:https://ward.blob.core.windows.net/fragments/x",
      {
        kind: "azblob",
        endpoint: "https://ward.blob.core.windows.net",
        account: "ward",
        container: "fragments",
        prefix: "x",
      },
    ],
    [
      "azblob:http://127.0.0.1:10000/devstoreaccount1/fragments",
      "azblob:http://127.0.0.1:10000/devstoreaccount1/fragments",
      {
        endpoint: "http://127.0.0.1:10000/devstoreaccount1",
        account: "devstoreaccount1",
        container: "fragments",
      },
    ],
    [
      "webdav:https://dav.example/a/b",
      "webdav:https://dav.example/a/b",
      { kind: "webdav", url: "https://dav.example/a/b/" },
    ],
    [
      `sftp://ward@host.example/srv/a?host-key=${HOST_KEY}`,
      `sftp://ward@host.example/srv/a?host-key=${HOST_KEY}`,
      { kind: "sftp", host: "host.example", port: 22, user: "ward", path: "/srv/a", hostKey: HOST_KEY },
    ],
    [
      `sftp://ward@[::1]:2222/srv/a/?host-key=${HOST_KEY}`,
      `sftp://ward@[::1]:2222/srv/a?host-key=${HOST_KEY}`,
      { host: "::1", port: 2222, path: "/srv/a" },
    ],
  ])("%s", (value, location, place) => {
    expect(parseLocation(value)).toBe(location);
    expect(parseLocation(location)).toBe(location);
    expect(placeOf(location)).toMatchObject(place);
  });

  test.each([
    "s3:",
    "s3:ab",
    "s3:Bucket",
    "s3:bucket/../other",
    "s3:bucket/a%2fb",
    "s3:bucket?style=path",
    "s3:bucket?region=a&region=b",
    "s3:bucket?x-amz-acl=public-read",
    "s3:http://rgw.example/fragments",
    "s3:https://rgw.example/",
    "s3:https://rgw.example/fragments?style=other",
    "s3:https://key@rgw.example/fragments",
    "azblob:fragments",
    "azblob:https://ward.blob.core.windows.net/",
    "azblob:https://ward.blob.core.windows.net/Fragments",
    "azblob:https://ward.blob.core.windows.net/fragments?sv=2021&sig=abc",
    "webdav:http://dav.example/a",
    "webdav:ftp://dav.example/a",
    "webdav:https://dav.example/a#b",
    "webdav:https://",
    "sftp://host.example/srv/a",
    `sftp://host.example/srv/a?host-key=${HOST_KEY}`,
    `sftp://ward@host.example/?host-key=${HOST_KEY}`,
    "sftp://ward@host.example/srv/a?host-key=MD5:aa",
    `sftp:ward@host.example:/srv/a?host-key=${HOST_KEY}`,
    `sftp://ward@host.example:0/srv/a?host-key=${HOST_KEY}`,
    "webdav:https://dav.example:0/a",
  ])("is not %j", (value) =>
    expect(() => parseLocation(value)).toThrow(expect.objectContaining({ code: "invalid" })),
  );

  test.each([
    "webdav:https://ward:hunter2@dav.example/a",
    "sftp://ward:hunter2@host.example/srv/a",
    "s3:https://AKIA:hunter2@rgw.example/fragments",
    "azblob:https://ward.blob.core.windows.net/fragments?sig=hunter2",
    "s3:hunter2@bucket",
    "https://ward:hunter2@dav.example/a",
    "S3:https://ward:hunter2@rgw.example/fragments",
    "s3:https://AKIA:hunter2/rgw.example/fragments",
    "https://AKIA:hunter2/fragments",
    "//ward:hunter2/fragments",
    "ftp://host?key=hunter2",
    "s3:AKIA:hunter2",
    "s3:AKIA:hunter2/bucket",
    "azblob:ward:hunter2",
    "webdav:ward:hunter2",
    "sftp:ward:hunter2",
    "AKIA:hunter2",
  ])("with a secret is refused without showing it", (value) => {
    expect(() => parseLocation(value)).toThrow(/^(?!.*hunter2)/);
  });

  test("is one store however it is written", () => {
    expect(() => parseLocations(["s3:https://rgw.example/box/", "s3:https://RGW.example:443/box"])).toThrow(
      /named twice/,
    );
  });
});

describe("the short name of a store", () => {
  test.each([
    ["file:///srv/clouds/3", "cloud 3"],
    ["file:///srv/a%20b", "a b"],
    ["s3:fragments/x?region=eu-central-1", "x in fragments at Amazon S3"],
    ["s3:https://rgw.example:7480/fragments", "fragments at rgw.example:7480"],
    ["azblob:https://ward.blob.core.windows.net/fragments", "fragments at ward.blob.core.windows.net"],
    ["webdav:https://dav.example/a/b", "b at dav.example"],
    [`sftp://ward@host.example/srv/a?host-key=SHA256:${"A".repeat(43)}`, "a at host.example"],
  ])("%s", (location, name) => expect(nameOfStore(location)).toBe(name));
});
