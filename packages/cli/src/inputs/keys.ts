import { ChirographError, Word } from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import type { Id, OpenChart, Vault } from "@chirograph/vault";
import type { Command } from "commander";
import { Failure } from "../failure.ts";
import { findIdentity } from "./identity.ts";
import { parseRelease } from "./release.ts";
import { findSecret, sequenceKey } from "./secret.ts";
import { requireOneStdin, TextInput } from "./text-input.ts";

/** The keys of a reader as the command line takes them. */
export interface KeyOptions {
  readonly identity?: string;
  readonly passphraseFile?: string;
  readonly sequenceKeyFile?: string;
  readonly standing?: boolean;
  readonly release?: readonly string[];
}

/** What else may come from standard input beside keys. */
interface BesideKeys {
  readonly tokenFile?: string;
}

/** What opens a chart, on its way to being used. */
export interface KeySource {
  /** @throws Failure `noInput` */
  requirePresent(): void;
  unlock(vault: Vault, chart: Id): Promise<OpenChart>;
}

/** Options of a command that opens a chart. */
export function addKeyOptions(command: Command, need: "required" | "optional"): Command {
  const flags = "--identity <file>";
  const summary = "your identity (- is standard input)";
  const withIdentity =
    need === "required" ? command.requiredOption(flags, summary) : command.option(flags, summary);
  return withIdentity
    .option("--passphrase-file <file>", "passphrase of that identity (- is standard input)")
    .option("--sequence-key-file <file>", "the word of the chart (- is standard input)")
    .option("--standing", "without the word, by a standing unlock that was given to you")
    .option("--release <file...>", "without the word, by shares that officers released to you");
}

/**
 * @param others what else may come from standard input
 * @throws Failure `usage` when a secret has no source
 */
export async function findKeys(
  engine: Engine,
  options: KeyOptions & BesideKeys & { readonly identity: string },
  others: readonly (string | undefined)[] = [],
): Promise<KeySource> {
  const { identity: path, passphraseFile, sequenceKeyFile, standing = false, release = [] } = options;
  requireOneStdin([sequenceKeyFile, passphraseFile, path, ...release, options.tokenFile, ...others]);
  requireOneWay({ "--sequence-key-file": sequenceKeyFile, "--standing": standing, "--release": release[0] });
  const identity = await findIdentity(engine, path, passphraseFile);
  const releases = await Promise.all(release.map((file) => TextInput.read(file)));
  const needsWord = !standing && release.length === 0;
  const secret = needsWord ? await findSecret(sequenceKey, sequenceKeyFile) : undefined;
  return {
    requirePresent() {
      for (const input of [identity, secret, ...releases]) input?.requirePresent();
    },
    async unlock(vault, chart) {
      const shares = releases.map(parseRelease);
      const keys = await identity.unlock();
      if (secret !== undefined) return vault.unlock(chart, keys, new Word(await secret.take(false)));
      if (!standing) return vault.unlockByEscrow(chart, keys, shares);
      return vault
        .unlockStanding(chart, keys)
        .catch(refuseAs("No standing unlock lets this identity into the chart now.", withoutStanding));
    },
  };
}

const withoutStanding =
  "Leave --standing out, and give the word; or ask who manages the chart for chirograph standing allow.";

/** For a refusal that no word has a part in: its usual text would speak of one. */
export function refuseAs(message: string, hint: string): (error: unknown) => never {
  return (error) => {
    const isRefusal = error instanceof ChirographError && error.code === "not-for-you";
    throw isRefusal ? new Failure("notForYou", message, { hint, cause: error }) : error;
  };
}

/** @throws Failure `usage` */
function requireOneWay(ways: Readonly<Record<string, string | boolean | undefined>>): void {
  const taken = Object.keys(ways).filter((flag) => ways[flag] !== undefined && ways[flag] !== false);
  if (taken.length > 1) throw new Failure("usage", `${taken.join(" and ")} exclude each other.`);
}

/** The keys of whoever gave some: many things can be told without. */
export async function findKeysIfGiven(
  engine: Engine,
  options: KeyOptions & BesideKeys,
): Promise<KeySource | undefined> {
  const { identity, passphraseFile, sequenceKeyFile, standing, release } = options;
  if (identity !== undefined) return findKeys(engine, { ...options, identity });
  const orphans = {
    "--passphrase-file": passphraseFile,
    "--sequence-key-file": sequenceKeyFile,
    "--standing": standing,
    "--release": release,
  };
  const [orphan] = Object.entries(orphans).find(([, value]) => value !== undefined) ?? [];
  if (orphan === undefined) return undefined;
  throw new Failure("usage", `${orphan} is of no use without --identity.`);
}
