// Paillier beside paillier-bigint on one key of 2,048 bits in one run, and a 16-bit image of 512 × 512 end to end.
// `main.ts --draw` draws the pictures of docs/schemes.md from what it measures. Ratios are of processor time, all threads together: what the work costs, on however many cores.
import { createEngine } from "@chirograph/engine";
import { createPaillier, createPrivateKey } from "@chirograph/schemes/paillier";
import { ourImage, ourSingles, perPixel, theirPixels } from "./beside.ts";
import { testImage } from "./image.ts";
import { measured } from "./measure.ts";
import { compareWays, drawWays, tellWays } from "./ways.ts";

const COLUMNS = 512;

const engine = createEngine();
const paillier = createPaillier(engine);
try {
  const { result: key, seconds } = await measured(() => createPrivateKey(engine, 2048));
  console.log(`a key of 2048 bits: ${seconds.toFixed(2)} s`);
  const pixels = testImage(COLUMNS, COLUMNS);

  const theirs = await theirPixels(key, pixels);
  const single = await ourSingles(paillier, key, pixels);
  const image = await ourImage(paillier, key, pixels, COLUMNS);
  const ours = {
    encrypt: perPixel(image.encrypt, pixels.length),
    decrypt: perPixel(image.decrypt, pixels.length),
  };

  console.log("CPU ms                      paillier-bigint        ours       ratio");
  tell("encrypt, a ciphertext", theirs.encrypt, single.encrypt, 5);
  tell("encrypt, a pixel packed", theirs.encrypt, ours.encrypt, 200);
  tell("decrypt, a pixel packed", theirs.decrypt, ours.decrypt, 100);
  const cost = Object.entries({ encrypt: image.encrypt, decrypt: image.decrypt, add: image.add });
  for (const [name, { seconds: passed, cpuSeconds }] of cost) {
    console.log(`${name} 512 x 512 of 16 bits: ${cpuSeconds.toFixed(1)} CPU s, ${passed.toFixed(1)} s`);
  }
  console.log(
    `${image.ciphertexts} ciphertexts, ${image.sizeBytes} bytes; one a pixel would be ${pixels.length * 512}`,
  );
  await paillier.stop();
  const ways = compareWays(COLUMNS, theirs, single);
  tellWays(ways);
  if (process.argv.includes("--draw")) drawWays(ways);
} finally {
  await paillier.stop();
}

function tell(what: string, theirMs: number, ourMs: number, wanted: number): void {
  const ratio = theirMs / ourMs;
  const verdict = ratio >= wanted ? "reached" : "MISSED";
  console.log(
    `${what.padEnd(26)}${theirMs.toFixed(3).padStart(16)}${ourMs.toFixed(4).padStart(12)}` +
      `${ratio.toFixed(1).padStart(12)} x  (${wanted} x ${verdict})`,
  );
  if (ratio < wanted) process.exitCode = 1;
}
