import { fingerprint, type Recipient } from "@chirograph/core";
import type { Id, OpenChart } from "@chirograph/vault";
import { Failure } from "../../failure.ts";
import { findKeys, type KeyOptions } from "../../inputs/keys.ts";
import { findRecipients } from "../../inputs/recipients.ts";
import { findVault } from "../../vault/find.ts";
import { withVault } from "../../vault/source.ts";
import type { Context } from "../command.ts";
import type { VaultOptions } from "./vault-command.ts";

/** A change of what some people may do in a chart, or in one record of one. */
export interface MembersOptions extends VaultOptions, KeyOptions {
  readonly identity: string;
  readonly to: readonly string[];
  readonly chart?: Id;
  readonly record?: Id;
}

interface Changed<Result> {
  readonly chart: Id;
  /** Fingerprints. */
  readonly members: string[];
  readonly result: Result;
}

/** Opens the chart that the options name, for a change that is about the people after `--to`. */
export async function withMembers<Result>(
  context: Context,
  options: MembersOptions,
  change: (chart: OpenChart, recipients: readonly Recipient[]) => Promise<Result>,
): Promise<Changed<Result>> {
  const { engine } = context;
  const { chart: named, record } = options;
  if ((named === undefined) === (record === undefined))
    throw new Failure("usage", "Either --chart or --record says what it is about.");
  const source = await findVault(options);
  const keys = await findKeys(engine, options, options.to);
  const people = await findRecipients(engine, options.to);

  for (const input of [source, keys, people]) input.requirePresent();

  const recipients = await people.recipients();
  return withVault(context, source, "work", async ({ client }) => {
    const id = named ?? (await client.chartOf(record!));
    const result = await change(await keys.unlock(client, id), recipients);
    return { chart: id, members: recipients.map(({ member }) => fingerprint(member)), result };
  });
}
