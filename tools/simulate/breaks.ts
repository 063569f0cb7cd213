import { registerHooks } from "node:module";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";

/** One place of the product as it must not be. */
interface Patch {
  /** Under `packages`. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly text: string;
  readonly instead: string;
}

interface Break {
  /** What is broken, in one line. */
  readonly description: string;
  readonly patches: readonly Patch[];
}

const breaks = {
  fsync: { description: "disks acknowledge what they have only in memory", patches: [] },
  "root-check": {
    description: "a fragment's root is not held against the one that the envelope signs",
    patches: [
      {
        file: "core/src/cut/fragment.ts",
        text: "equalBytes(await fragmentRoot(engine, version, index, frame, geometry), place.root)",
        instead: "(await fragmentRoot(engine, version, index, frame, geometry)).length === place.root.length",
      },
    ],
  },
  "signature-check": {
    description: "every signature is taken for valid",
    patches: [
      {
        file: "engine/src/node/ed25519.ts",
        text: "if (!mayBeSignature(check)) return false;",
        instead: "if (mayBeSignature(check)) return true;",
      },
    ],
  },
  "order-of-writes": {
    description: "links are written before the envelopes that they name",
    patches: [
      {
        file: "vault/src/keeper/intent.ts",
        text: "await writer.writeEnvelopes(planned, others);\n  await writer.writeLinks(others);",
        instead: "await writer.writeLinks(others);\n  await writer.writeEnvelopes(planned, others);",
      },
    ],
  },
  "grace-period": {
    description: "what is reserved may be swept at once",
    patches: [
      {
        file: "vault/src/keeper/reserve.ts",
        text: "const LIFETIME_MS: number = 24 * 3_600_000;",
        instead: "const LIFETIME_MS: number = 0;",
      },
    ],
  },
} as const satisfies Record<string, Break>;

export type BreakName = keyof typeof breaks;

export const breakNames: readonly BreakName[] = Object.keys(breaks) as BreakName[];

export function isBreak(name: string): name is BreakName {
  return name in breaks;
}

export function describeBreak(name: BreakName): string {
  return breaks[name].description;
}

/**
 * Breaks the product in this thread, whose modules must not be loaded yet. The product has no switch for it: its text
 * is another one here.
 * @returns what throws unless every patch found its place
 */
export function breakProduct(name: BreakName): () => void {
  const open = new Set<Patch>(breaks[name].patches);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const path = url.startsWith("file:") ? fileURLToPath(url).split(sep).join("/") : "";
      for (const patch of breaks[name].patches as readonly Patch[]) {
        if (!path.endsWith(`/packages/${patch.file}`)) continue;
        loaded.source = patched(Buffer.from(loaded.source as Uint8Array).toString(), patch);
        open.delete(patch);
      }
      return loaded;
    },
  });
  return () => {
    for (const { file } of open) throw new Error(`The break "${name}" is in ${file}, and nobody loads that.`);
  };
}

function patched(source: string, { file, text, instead }: Patch): string {
  const parts = source.split(text);
  if (parts.length !== 2) {
    throw new Error(
      `${file} has ${parts.length - 1} times what a break replaces: "${text}". Mend tools/simulate/breaks.ts.`,
    );
  }
  return parts.join(instead);
}
