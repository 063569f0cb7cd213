// One way on the image, in a process of its own, so that its memory is its own: prints what it costs.
import { createEngine } from "@chirograph/engine";
import { createPaillier, createPrivateKey } from "@chirograph/schemes/paillier";
import { ourImage } from "./beside.ts";
import { testImage } from "./image.ts";
import { sealedFigures } from "./sealed.ts";
import type { WayFigures } from "./ways.ts";

const [way = "packed", columns = "512"] = process.argv.slice(2);
const pixels = testImage(Number(columns), Number(columns));
const baseBytes = process.memoryUsage.rss();
const figures = way === "packed" ? await packed() : await sealed(way === "classic" ? "classic" : "locked");
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ ...figures, memoryBytes: peakBytes - baseBytes } satisfies WayFigures));

async function packed(): Promise<Omit<WayFigures, "memoryBytes">> {
  const engine = createEngine();
  const paillier = createPaillier(engine);
  try {
    const key = await createPrivateKey(engine, 2048);
    const { encrypt, decrypt, add, sizeBytes } = await ourImage(paillier, key, pixels, Number(columns));
    return {
      encryptCpu: encrypt.cpuSeconds,
      decryptCpu: decrypt.cpuSeconds,
      addCpu: add.cpuSeconds,
      sizeBytes,
    };
  } finally {
    await paillier.stop();
  }
}

async function sealed(profile: "classic" | "locked"): Promise<Omit<WayFigures, "memoryBytes">> {
  const { seal, open, sizeBytes } = await sealedFigures(profile, new Uint8Array(pixels.buffer));
  return { encryptCpu: seal.cpuSeconds, decryptCpu: open.cpuSeconds, sizeBytes };
}
