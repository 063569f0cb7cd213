import { randomUUID } from "node:crypto";
import {
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missing } from "../../../test-support/servers/installed.ts";
import { type RgwCluster, startRgw } from "../../../test-support/servers/rgw.ts";
import { readAll } from "../src/read.ts";
import { openS3Store, type S3Options, type S3Place, type S3Store } from "../src/s3/s3-store.ts";
import { bodyOf, listAll, pattern, refusal } from "./bodies.ts";
import { cloudContract, type CloudUnderTest } from "./cloud-contract.ts";
import { storeContract } from "./contract.ts";

describe.skipIf(missing.rgw)("on Ceph RGW", () => {
  let cluster: RgwCluster;
  let client: S3Client;
  beforeAll(async () => {
    cluster = await startRgw({ instances: 2 });
    const { address: endpoint, credentials } = cluster.servers[0]!;
    const silent = { debug: pass, info: pass, warn: pass, error: pass };
    const settings = { endpoint, credentials, region: "us-east-1", forcePathStyle: true, logger: silent };
    client = new S3Client({ ...settings, requestChecksumCalculation: "WHEN_REQUIRED" });
  });
  afterAll(() => cluster?.stop());

  const newPlace = async (): Promise<S3Place & { prefix: string }> => {
    const bucket = `test-${randomUUID()}`;
    await cluster.servers[0]!.createBucket(bucket);
    return { bucket, endpoint: cluster.servers[0]!.address, prefix: "hospital/vault-1/" };
  };
  const open = (place: S3Place, options: S3Options = {}): Promise<S3Store> =>
    openS3Store(place, cluster.servers[0]!.credentials, { partBytes: 5 * 1_048_576, ...options });
  const openNew = async (options?: S3Options): Promise<CloudUnderTest> => {
    const place = await newPlace();
    return {
      store: await open(place, options),
      leftovers: async () => {
        const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: place.bucket }));
        return Uploads.map(({ Key }) => `an upload of ${Key}`);
      },
    };
  };

  storeContract("the S3 store", () => openNew());
  cloudContract("the S3 store", () => openNew(), { atomic: true });
  // So everything above 5 MiB goes up in parts.
  const unarbitrated = { put: "ignored", complete: "ignored" } as const;
  cloudContract("the S3 store that looks first", () => openNew({ arbitration: unarbitrated }), {
    atomic: false,
  });

  test("only objects in one request are arbitrated", async () => {
    const place = await newPlace();
    const store = await open(place);
    expect(store.arbitration).toEqual({ put: "atomic", complete: "ignored" });
    expect(await listAll(store)).toEqual([]);
    const answer = await client.send(new ListObjectVersionsCommand({ Bucket: place.bucket }));
    expect(answer.Versions ?? []).toEqual([]);
  });

  test("what others keep in the bucket is not seen and not touched", async () => {
    const { bucket, prefix, ...place } = await newPlace();
    const store = await open({ ...place, bucket, prefix });
    for (const name of ["a", "ä &+%<\u0001>", "sub/abc", "UPPER", ".hidden"]) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: prefix + name, Body: "x" }));
    }
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: "abc", Body: "x" }));
    await store.put("abc", bodyOf(pattern(5)));
    const names = [
      { name: "a", sizeBytes: 1 },
      { name: "abc", sizeBytes: 5 },
    ];
    expect(await listAll(store)).toEqual(names);
    expect(await listAll(store, { limit: 1 })).toEqual(names);
  });

  test("a bucket that keeps versions keeps none of what is deleted; its put-if-absent is none", async () => {
    const place = await newPlace();
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await client.send(new PutBucketVersioningCommand({ Bucket: place.bucket, VersioningConfiguration }));
    const store = await open(place);
    expect(store.promises.putIfAbsentIsAtomic).toBe(false);
    await store.put("abc", bodyOf(pattern(5)));
    await store.put("abcd", bodyOf(pattern(6)));
    await client.send(new DeleteObjectCommand({ Bucket: place.bucket, Key: `${place.prefix}abc` }));
    await store.put("abc", bodyOf(pattern(7)));
    await store.delete("abc");
    await store.delete("abc");
    expect(await store.head("abc")).toBeNull();
    const answer = await client.send(new ListObjectVersionsCommand({ Bucket: place.bucket }));
    expect([...(answer.Versions ?? []), ...(answer.DeleteMarkers ?? [])].map(({ Key }) => Key)).toEqual([
      `${place.prefix}abcd`,
    ]);
    expect(await readAll(store, "abcd")).toEqual(pattern(6));
  });

  test("wrong keys are denied, a wrong bucket is not there", async () => {
    const place = await newPlace();
    const { credentials } = cluster.servers[0]!;
    const wrong = [
      { ...credentials, secretAccessKey: "wrong" },
      { ...credentials, accessKeyId: "wrong" },
    ];
    for (const keys of wrong) await expect(openS3Store(place, keys)).rejects.toEqual(refusal("denied"));
    const elsewhere = openS3Store({ ...place, bucket: "nowhere" }, credentials);
    await expect(elsewhere).rejects.toEqual(refusal("unavailable"));
  });

  test("a server that is killed is unavailable, and has all when it is back", async () => {
    const server = cluster.servers[1]!;
    const store = await open({ ...(await newPlace()), endpoint: server.address });
    await store.put("abc", bodyOf(pattern(100)));
    await server.kill();
    await expect(readAll(store, "abc")).rejects.toEqual(refusal("unavailable"));
    await expect(store.put("abd", bodyOf(pattern(1)))).rejects.toEqual(refusal("unavailable"));
    await server.startAgain();
    expect(await readAll(store, "abc")).toEqual(pattern(100));
    await store.put("abd", bodyOf(pattern(1)));
  });
});

function pass(): void {
  // What the SDK has to say is not for the log of a test.
}
