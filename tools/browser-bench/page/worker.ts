// Seals a file as the application does, from its stream into nowhere, and measures WebCrypto alone beside it.
import { createChart, createIdentity, type FragmentSink, sealVersion, Word } from "@chirograph/core";
import { createEngine } from "@chirograph/engine";
import type { Outcome } from "./outcome.ts";

const CHUNK_BYTES = 16_384;
const IN_FLIGHT = 32;
const CHUNKS = 16_384;

addEventListener("message", ({ data }: MessageEvent<File>) => {
  measure(data).then(postMessage, (error: unknown) => postMessage({ error: String(error) }));
});

async function measure(file: File): Promise<Outcome> {
  const webCryptoPace = await paceOfWebCrypto();
  const engine = createEngine();
  const owner = await createIdentity(engine);
  const time = Date.now();
  const member = { recipient: owner.recipient, rights: 7 };
  const unlocked = await createChart(engine, { owner, members: [member], time }, new Word("adk21937"));
  let fragmentsBytes = 0;
  const sink: FragmentSink = {
    open: async () => undefined,
    write: async (_, bytes) => void (fragmentsBytes += bytes.length),
  };
  const begun = performance.now();
  const content = {
    shape: "file",
    entries: [{ path: file.name, bytes: file.size }],
    kind: "application/octet-stream",
    metadata: new Map<string, string>(),
    data: piecesOf(file),
  } as const;
  await sealVersion(
    engine,
    unlocked,
    { author: owner, suite: "aes-128", tolerate: 2, padded: false, time, content },
    sink,
  );
  return {
    bytes: file.size,
    sealedMs: performance.now() - begun,
    fragmentsBytes,
    webCryptoPace,
  };
}

async function* piecesOf(file: File): AsyncGenerator<Uint8Array, void, void> {
  const reader = file.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
}

/** The best of three, after one that does not count. */
async function paceOfWebCrypto(): Promise<number> {
  const key = await crypto.subtle.importKey("raw", new Uint8Array(16), "AES-GCM", false, ["encrypt"]);
  const chunk = new Uint8Array(CHUNK_BYTES);
  const nonces = new Uint32Array(3);
  let best = 0;
  for (let round = 0; round < 4; round++) {
    const begun = performance.now();
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next++ < CHUNKS) {
        nonces[0]!++;
        await crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint32Array(nonces) }, key, chunk);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
    if (round > 0) best = Math.max(best, (CHUNKS * CHUNK_BYTES) / (performance.now() - begun));
  }
  return best;
}
