import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openS3Store, type S3Credentials, type S3Place } from "../src/s3/s3-store.ts";
import { bigBody, MIB } from "./big-bodies.ts";
import { bodyOf, pattern, refusal } from "./bodies.ts";
import { FakeS3, refuse } from "./fake-s3.ts";

let fake: FakeS3;
beforeEach(async () => {
  fake = await FakeS3.start();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await fake.stop();
});

describe("what the server makes of put-if-absent", () => {
  test.each([
    ["kept", { put: "atomic", complete: "atomic" }, true],
    ["ignored for parts", { put: "atomic", complete: "ignored" }, true],
    ["ignored", { put: "ignored", complete: "ignored" }, false],
    ["looked at before", { put: "ignored", complete: "ignored" }, false],
    ["slowed down", { put: "ignored", complete: "ignored" }, false],
    ["refused", { put: "refused", complete: "refused" }, false],
  ] as const)(
    "is found out when the condition is %s; nothing is left",
    async (condition, arbitration, isAtomic) => {
      fake.condition = condition;
      const store = await fake.open({});
      expect(store.arbitration).toEqual(arbitration);
      expect(store.promises.putIfAbsentIsAtomic).toBe(isAtomic);
      expect(fake.objects.size + fake.uploads.size).toBe(0);
      await store.put("abc", bodyOf(pattern(10)));
      await expect(store.put("abc", bodyOf(pattern(20)))).rejects.toEqual(refusal("exists"));
      expect(fake.objects.get("/bucket/abc")!.body).toHaveLength(10);
    },
  );

  test("is nothing to rely on for who may not write", async () => {
    fake.answer(["PUT", "DELETE"], (_, response) => refuse(response, 403, "AccessDenied"));
    const store = await fake.open({});
    expect(store.promises.putIfAbsentIsAtomic).toBe(false);
  });

  test("is not guessed when the server fails", async () => {
    fake.answer(["PUT"], (_, response) => refuse(response, 503, "SlowDown"));
    await expect(fake.open({})).rejects.toEqual(refusal("unavailable"));
  });

  test("is not asked again by whoever knows", async () => {
    await fake.open();
    expect(fake.asked).toEqual(["HEAD /bucket/"]);
  });

  test("decides what goes up in parts, and is no longer promised when that is not arbitrated", async () => {
    const partBytes = 5 * MIB;
    const whole = await fake.open({ partBytes, arbitration: { put: "atomic", complete: "ignored" } });
    await whole.put("abc", bigBody(6 * MIB));
    expect(fake.asked.filter((what) => what.startsWith("POST"))).toEqual([]);
    expect(whole.promises.putIfAbsentIsAtomic).toBe(true);
    const parted = await fake.open({ partBytes, arbitration: { put: "ignored", complete: "ignored" } });
    await parted.put("abd", bigBody(6 * MIB));
    expect(fake.asked.filter((what) => what.startsWith("POST"))).toHaveLength(2);
    const [first, second] = ["abc", "abd"].map((name) => fake.objects.get(`/bucket/${name}`)!.body);
    expect(first!.equals(second!)).toBe(true);
    const arbitrated = await fake.open({ partBytes, arbitration: { put: "atomic", complete: "atomic" } });
    await arbitrated.put("abe", bigBody(6 * MIB));
    await expect(arbitrated.put("abe", bigBody(6 * MIB))).rejects.toEqual(refusal("exists"));
    expect(arbitrated.promises.putIfAbsentIsAtomic).toBe(true);
    expect(fake.uploads.size).toBe(0);
  });
});

describe("a place", () => {
  const secret = "s3cr3t";
  const good: S3Place = { bucket: "bucket", endpoint: "http://127.0.0.1:1" };
  test.each<[string, Partial<S3Place>]>([
    ["an endpoint with credentials in it", { endpoint: `https://key:${secret}@s3.example.org` }],
    ["an endpoint that is signed", { endpoint: `https://s3.example.org/?X-Amz-Signature=${secret}` }],
    ["an endpoint that is no address", { endpoint: `${secret} s3.example.org` }],
    ["an endpoint that is a file", { endpoint: `file:///${secret}` }],
    ["a bucket that is none", { bucket: `${secret}/b` }],
    ["no bucket", { bucket: "" }],
    ["a prefix out of itself", { prefix: `a/../${secret}` }],
    ["a prefix with a space", { prefix: `${secret} ` }],
    ["a region that is none", { region: `${secret}.example.org/` }],
  ])("with %s is refused, and not repeated", async (_, bad) => {
    const opening = openS3Store({ ...good, ...bad }, { accessKeyId: "a", secretAccessKey: "b" });
    await expect(opening).rejects.toEqual(refusal("invalid"));
    const error: unknown = await opening.catch((reason: unknown) => reason);
    expect(inspect(error)).not.toContain(secret);
  });

  test.each([0, 5 * MIB - 1, 5 * 1024 * MIB + 1, 6_000_000.5])(
    "with parts of %d bytes is refused",
    async (partBytes) => {
      await expect(fake.open({ partBytes })).rejects.toEqual(refusal("invalid"));
    },
  );

  test("has all its objects below its prefix", async () => {
    const credentials: S3Credentials = { accessKeyId: "a", secretAccessKey: "b" };
    for (const prefix of ["a/b", "a/b/"]) {
      const store = await openS3Store({ bucket: "bucket", endpoint: fake.endpoint, prefix }, credentials);
      await store.put("abc", bodyOf(pattern(1)));
      expect([...fake.objects.keys()]).toEqual(["/bucket/a/b/abc"]);
      await store.delete("abc");
    }
  });
});

test("credentials come from the environment when none are given", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "FROMTHEENVIRONMENT");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  const seen: (string | undefined)[] = [];
  fake.answer(["HEAD"], ({ request }, response) => {
    seen.push(request.headers.authorization);
    response.end();
  });
  const arbitration = { put: "atomic", complete: "atomic" } as const;
  await openS3Store({ bucket: "bucket", endpoint: fake.endpoint }, undefined, { arbitration });
  expect(seen).toEqual([expect.stringContaining("Credential=FROMTHEENVIRONMENT/")]);
});

test("without credentials anywhere it is denied", async () => {
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"])
    vi.stubEnv(name, undefined);
  for (const name of ["AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"]) vi.stubEnv(name, "/nowhere");
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  const opening = openS3Store({ bucket: "bucket", endpoint: fake.endpoint });
  await expect(opening).rejects.toEqual(refusal("denied"));
});
