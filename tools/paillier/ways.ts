import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PixelCosts } from "./beside.ts";
import { drawPlot } from "./plot.ts";

/** What one way of keeping the image costs: CPU seconds of all threads, bytes. */
export interface WayFigures {
  readonly encryptCpu: number;
  readonly decryptCpu: number;
  readonly addCpu?: number;
  readonly sizeBytes: number;
  /** Above what the process had before; unknown where the whole image was not run. */
  readonly memoryBytes?: number;
}

const CIPHERTEXT_BYTES = 512;
const pictures = join(import.meta.dirname, "../../docs/pictures");

/** The same image in every way; one ciphertext a pixel is reckoned from a few hundred of them. */
export function compareWays(columns: number, theirs: PixelCosts, single: PixelCosts): [string, WayFigures][] {
  const pixels = columns * columns;
  const perPixel = ({ encrypt, decrypt }: PixelCosts): WayFigures => ({
    encryptCpu: (encrypt * pixels) / 1000,
    decryptCpu: (decrypt * pixels) / 1000,
    sizeBytes: pixels * CIPHERTEXT_BYTES,
  });
  return [
    ["Paillier a pixel, paillier-bigint", perPixel(theirs)],
    ["Paillier a pixel, this project", perPixel(single)],
    ["Paillier packed", ranApart("packed", columns)],
    ["classic profile", ranApart("classic", columns)],
    ["default profile", ranApart("locked", columns)],
  ];
}

function ranApart(way: string, columns: number): WayFigures {
  const child = join(import.meta.dirname, "child.ts");
  const values = ["--disable-warning=ExperimentalWarning", child, way, String(columns)];
  return JSON.parse(execFileSync(process.execPath, values, { encoding: "utf8" })) as WayFigures;
}

export function tellWays(ways: readonly [string, WayFigures][]): void {
  console.log(`\n${"".padEnd(36)}encrypt CPU s  decrypt CPU s         bytes  memory MiB`);
  for (const [name, { encryptCpu, decryptCpu, sizeBytes, memoryBytes }] of ways) {
    const memory = memoryBytes === undefined ? "-" : (memoryBytes / 1_048_576).toFixed(0);
    console.log(
      name.padEnd(36) +
        encryptCpu.toPrecision(3).padStart(13) +
        decryptCpu.toPrecision(3).padStart(15) +
        String(sizeBytes).padStart(14) +
        memory.padStart(12),
    );
  }
}

const seconds = (value: number): string =>
  value >= 100 ? `${(value / 60).toFixed(0)} min` : `${value.toPrecision(2)} s`;
const bytes = (value: number): string => `${(value / 1_000_000).toPrecision(3)} MB`;

/** Draws what was measured into the pictures of docs/schemes.md. */
export function drawWays(ways: readonly [string, WayFigures][]): void {
  const timePlot = (name: string, verb: string, of: (figures: WayFigures) => number): void =>
    writeFileSync(
      join(pictures, name),
      drawPlot({
        title: `CPU time to ${verb} an image of 512 × 512 pixels of 16 bits`,
        description: ways.map(([way, figures]) => `${way}: ${seconds(of(figures))}`).join("; "),
        bars: ways.map(([way, figures]) => ({ name: way, value: of(figures), label: seconds(of(figures)) })),
        from: -3,
        to: 5,
        tick: (power) => (power < 0 ? `${10 ** power} s` : `${(10 ** power).toLocaleString("en")} s`),
      }),
    );
  timePlot("schemes-encrypt.svg", "encrypt", ({ encryptCpu }) => encryptCpu);
  timePlot("schemes-decrypt.svg", "open", ({ decryptCpu }) => decryptCpu);
  writeFileSync(
    join(pictures, "schemes-size.svg"),
    drawPlot({
      title: "Size of the encrypted image; the pixels themselves are 0.52 MB",
      description: ways.map(([way, { sizeBytes }]) => `${way}: ${bytes(sizeBytes)}`).join("; "),
      bars: ways.map(([way, { sizeBytes }]) => ({ name: way, value: sizeBytes, label: bytes(sizeBytes) })),
      from: 5,
      to: 9,
      tick: (power) => `${(10 ** (power - 6)).toLocaleString("en")} MB`,
    }),
  );
}
