// Seals and opens 64 MiB and 1 GiB through the command line, with a clear and with a protected identity: what comes back
// must be bit-identical, and memory must stay flat. `node tools/soak/main.ts [MiB …]` takes other sizes.
import { execFileSync } from "node:child_process";
import { createCipheriv, createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const MIB = 1_048_576;
const ALLOWED_GROWTH_MIB = 64;
const launcher = join(import.meta.dirname, "..", "..", "packages", "cli", "bin", "chirograph.js");
const reporter = pathToFileURL(join(import.meta.dirname, "report-memory.js")).href;

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [64, 1024];
const folder = mkdtempSync(join(tmpdir(), "chirograph-soak-"));
try {
  const failures = await soak();
  for (const failure of failures) console.error(failure);
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

function at(name: string): string {
  return join(folder, name);
}

async function soak(): Promise<string[]> {
  writeFileSync(at("word.txt"), "adk21937\n");
  writeFileSync(at("passphrase.txt"), "a passphrase for the soak\n");
  const protections = { clear: ["--no-passphrase"], protected: ["--passphrase-file", at("passphrase.txt")] };
  const failures: string[] = [];
  for (const [protection, how] of Object.entries(protections)) {
    const key = at(`${protection}.key`);
    run(["identity", "new", "-o", key, ...how]);
    const recipient = at(`${protection}.recipient`);
    writeFileSync(recipient, run(["identity", "show", key]).output);
    const secrets = ["--identity", key, "--sequence-key-file", at("word.txt")];
    if (protection === "protected") secrets.push("--passphrase-file", at("passphrase.txt"));

    const peaks: { seal: number; open: number }[] = [];
    for (const size of sizes) {
      const original = at("original");
      writeNoise(original, size);
      const seal = run(["seal", original, "-o", at("sealed"), "--to", recipient, ...secrets]);
      for (const lost of readdirSync(at("sealed"))
        .filter((name) => name !== "envelope")
        .slice(0, 2))
        rmSync(join(at("sealed"), lost));
      const open = run(["open", at("sealed"), "-o", at("again"), ...secrets]);
      if ((await sha256(original)) !== (await sha256(at("again"))))
        failures.push(`${size} MiB came back changed (${protection})`);
      peaks.push({ seal: seal.peakMiB, open: open.peakMiB });
      console.log(
        `${protection} identity, ${size} MiB, two of eight fragments lost: ` +
          `seal ${seal.seconds.toFixed(1)} s, peak ${seal.peakMiB.toFixed(0)} MiB; ` +
          `open ${open.seconds.toFixed(1)} s, peak ${open.peakMiB.toFixed(0)} MiB`,
      );
      for (const name of ["original", "sealed", "again"]) rmSync(at(name), { recursive: true });
    }
    for (const step of ["seal", "open"] as const) {
      const growth = peaks.at(-1)![step] - peaks[0]![step];
      if (growth > ALLOWED_GROWTH_MIB)
        failures.push(`${step}: memory grew by ${growth.toFixed(0)} MiB (${protection} identity)`);
    }
  }
  return failures;
}

function run(args: readonly string[]): { output: string; seconds: number; peakMiB: number } {
  const peakFile = join(folder, "peak");
  const started = performance.now();
  const output = execFileSync(process.execPath, ["--import", reporter, launcher, ...args], {
    env: { ...process.env, CHIROGRAPH_PEAK_FILE: peakFile },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return {
    output,
    seconds: (performance.now() - started) / 1000,
    peakMiB: Number(readFileSync(peakFile, "utf8")) / 1024,
  };
}

/** A file that no compression and no repetition makes easier: AES in counter mode over zeros. */
function writeNoise(path: string, sizeMiB: number): void {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16, 1), Buffer.alloc(16));
  const zeros = Buffer.alloc(MIB);
  const file = openSync(path, "w");
  for (let written = 0; written < sizeMiB; written++) writeSync(file, cipher.update(zeros));
  closeSync(file);
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest("hex");
}
