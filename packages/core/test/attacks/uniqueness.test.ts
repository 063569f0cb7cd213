import type { Engine } from "@chirograph/engine";
import { beforeAll, expect, test } from "vitest";
import { beginEpoch, changeWord, shareRecord } from "../../src/chart/edit.ts";
import type { UnlockedChart } from "../../src/chart/unlock.ts";
import { sealClassic } from "../../src/classic/seal.ts";
import { toHex } from "../../src/encoding/bytes.ts";
import { utf8 } from "../../src/encoding/text.ts";
import { ChirographError } from "../../src/error.ts";
import { formatProtectedIdentityFile } from "../../src/identity/file.ts";
import type { Identity } from "../../src/identity/identity.ts";
import { sealVersion } from "../../src/record/seal.ts";
import {
  contentOf,
  makeChart,
  memorySink,
  OTHER_WORD,
  pattern,
  people,
  quick,
  sealInto,
  TIME,
} from "./support.ts";

const SEALS = 200;
const CHUNK_INFO = utf8("c2sp.org/chunked-encryption@v1+AEAD_AES_128_GCM\0").length;

/** An engine that notes every key and nonce that something is sealed under, and every salt that a key is made with. */
function noting(): { use: Engine; nonces: string[]; salts: string[]; encapsulations: string[] } {
  const [nonces, salts, encapsulations]: [string[], string[], string[]] = [[], [], []];
  const use: Engine = {
    ...quick,
    sealChunks: async (request) => {
      const { key, baseNonce, firstIndex, chunkBytes, data } = request;
      for (let chunk = 0; chunk < Math.max(1, Math.ceil(data.length / chunkBytes)); chunk++) {
        // Indices here stay below 256: the nonce differs from its base in the last byte alone.
        const nonce = Uint8Array.from(baseNonce);
        nonce[11]! ^= firstIndex + chunk;
        nonces.push(`${toHex(key)} ${toHex(nonce)}`);
      }
      return quick.sealChunks(request);
    },
    sealStripes: (request) => {
      const { key, baseNonce, chunkBytes, header, shape } = request;
      const chunks = Math.ceil((shape.sealedBytes - header.length) / (chunkBytes + 16));
      for (let chunk = 0; chunk < chunks; chunk++) {
        const nonce = Uint8Array.from(baseNonce);
        nonce[11]! ^= chunk;
        nonces.push(`${toHex(key)} ${toHex(nonce)}`);
      }
      return quick.sealStripes(request);
    },
    gcmEncrypt: (request) => {
      nonces.push(`${toHex(request.key)} ${toHex(request.nonce)}`);
      return quick.gcmEncrypt(request);
    },
    hkdfExpandSha512: async (request) => {
      const { info, pseudorandomKey, lengthBytes } = request;
      // Both names of the cipher have the same length, and nothing else that is expanded begins so.
      if (info[0] === "c".charCodeAt(0) && info[1] === "2".charCodeAt(0)) {
        salts.push(toHex(info.subarray(CHUNK_INFO, CHUNK_INFO + 24)));
      }
      return quick.hkdfExpandSha512({ info, pseudorandomKey, lengthBytes });
    },
    argon2id: async (request) => {
      salts.push(toHex(request.salt));
      return quick.argon2id(request);
    },
    hpkeSeal: async (request) => {
      const message = await quick.hpkeSeal(request);
      encapsulations.push(toHex(message!.encapsulated));
      return message;
    },
  };
  return { use, nonces, salts, encapsulations };
}

let owner: Identity;
let guest: Identity;

beforeAll(async () => {
  ({ owner, guest } = await people("owner", "guest"));
});

const step = (): { signer: Identity; time: number } => ({ signer: owner, time: TIME });

test("no key meets a nonce twice and no salt is used twice, whatever is sealed, again or in vain", async () => {
  const { use, nonces, salts, encapsulations } = noting();
  let unlocked: UnlockedChart = await makeChart(use, owner);
  const content = pattern(40_000);
  const { envelope } = await sealInto(use, unlocked, owner, content);
  for (let seal = 0; seal < SEALS; seal++) {
    // The same content each time: as a new record, as a version, and as an attempt that fails on the way.
    const size = seal % 50 === 0 ? 40_000 : seal % 3;
    const sealed = await sealInto(use, unlocked, owner, content.subarray(0, size), {
      padded: seal % 2 === 0,
    });
    await failToSeal(use, unlocked, content.subarray(0, size), seal);
    if (seal % 40 === 0) unlocked = await beginEpoch(use, sealed.unlocked, step());
  }
  for (const word of [OTHER_WORD, OTHER_WORD]) unlocked = await changeWord(use, unlocked, word, step());
  const shared = await sealInto(use, unlocked, owner, content);
  const share = { recipient: guest.recipient, record: shared.envelope.record, epoch: shared.envelope.epoch };
  for (let time = 0; time < 3; time++) await shareRecord(use, shared.unlocked, share, step());
  for (const passphrase of ["correct horse", "correct horse"]) {
    await formatProtectedIdentityFile(use, owner, passphrase);
  }
  const plan = { author: owner, time: TIME, content: contentOf(content) };
  const classic = await makeChart(use, owner);
  for (let time = 0; time < 2; time++) {
    const again = { ...plan, content: contentOf(content) };
    await sealClassic(
      use,
      { chart: { ...classic.chart, state: { ...classic.chart.state, epochs: [] } } },
      OTHER_WORD,
      again,
      memorySink().sink,
    );
  }

  expect(envelope.total).toBe(8);
  expect(nonces.length).toBeGreaterThan(3 * SEALS);
  expect(salts.length).toBeGreaterThan(3 * SEALS);
  expect(encapsulations.length).toBeGreaterThan(9);
  for (const all of [nonces, salts, encapsulations]) expect(new Set(all).size).toBe(all.length);
});

/** Fails after the first bytes went out: content too short, too long, or a sink that breaks. */
async function failToSeal(
  use: Engine,
  unlocked: UnlockedChart,
  content: Uint8Array,
  how: number,
): Promise<void> {
  const { sink } = memorySink();
  let writes = 0;
  const breaking = {
    ...sink,
    write: async (index: number, bytes: Uint8Array): Promise<void> => {
      if (++writes > 9 && how % 3 === 0) throw new Error("no space left");
      await sink.write(index, bytes);
    },
  };
  const announced = contentOf(content).entries[0]!.bytes + (how % 3 === 0 ? 0 : 1);
  const plan = {
    author: owner,
    suite: how % 2 === 0 ? "aes-128" : "aes-256",
    tolerate: 2,
    padded: false,
    time: TIME,
    content: { ...contentOf(content), entries: [{ path: "scan.dcm", bytes: announced }] },
  } as const;
  const outcome = await sealVersion(use, unlocked, plan, breaking).then(
    () => "sealed",
    (error: unknown) => (error instanceof ChirographError ? error.code : String(error)),
  );
  expect(outcome).toBe(how % 3 === 0 ? "Error: no space left" : "wrong-length");
}
