import { quoted } from "@chirograph/core";
import type { Coalition, PolicyExplanation } from "./explanation.ts";
import { countsProviders, isPublic } from "./parties.ts";
import { presets } from "./presets.ts";

type Explained = Omit<PolicyExplanation, "sentences">;

/** What a policy means, one sentence each: what may be lost, who has enough, how the fragments are shared out. */
export function sentencesOf(explained: Explained): string[] {
  return [
    ...explained.presets.map((name) => `It has the rules of the preset "${name}": ${presets[name].says}.`),
    lossOfStores(explained),
    ...lossOfProviders(explained),
    collusionOfStores(explained),
    ...collusionOfPublic(explained),
    ...collusionOfProviders(explained),
    ...sharing(explained),
  ];
}

function lossOfStores({ fragments, needed, storesToLose, stores }: Explained): string {
  if (storesToLose === 0)
    return `No store may be lost${needed === fragments ? `: all ${fragments} fragments are needed` : ""}.`;
  return (
    `Any ${counted(storesToLose, "store")} of the ${stores.length} may be lost: ` +
    `${fragments} fragments are made of every version, and any ${needed} are enough.`
  );
}

function lossOfProviders({ policy, fragments, needed, coalitions }: Explained): string[] {
  const providers = providersIn(coalitions);
  if (policy.tolerateProviders > 0) {
    const most = Math.max(0, ...providers.map((provider) => provider.most));
    return [
      `Any one provider outside the house may be lost with all its stores: at most ${counted(most, "fragment")} ` +
        `${most === 1 ? "goes" : "go"} with it.`,
    ];
  }
  return providers
    .filter(({ name, most, stores: own }) => name !== "" && own.length > 1 && fragments - most < needed)
    .map(
      ({ name, stores: own }) =>
        `If ${quoted(name)} fails with its ${own.length} stores, too few fragments are left: that is more than may be lost.`,
    );
}

function collusionOfStores({ needed, storesToCollude }: Explained): string {
  return storesToCollude === 1
    ? `One store alone can hold the ${needed} fragments that are needed: against it, the fragments are no lock.`
    : `At least ${storesToCollude} stores must put their fragments together to have the ${needed} that are needed.`;
}

function collusionOfPublic({ stores, coalitions, needed }: Explained): string[] {
  const clouds = coalitions.find(({ kind }) => kind === "public clouds");
  if (clouds === undefined) return [];
  const more =
    stores.filter(isPublic).length < clouds.stores.length ? ", with what else their providers run," : "";
  return [
    `The public stores${more} together hold at most ${counted(clouds.most, "fragment")}: ` +
      (clouds.most < needed
        ? `too few to open anything.`
        : `enough of them, together they have what is needed.`),
  ];
}

function collusionOfProviders({ policy, coalitions, storesToCollude }: Explained): string[] {
  const providers = providersIn(coalitions);
  if (policy.providerBelowNeeded && providers.length > 0) {
    const most = Math.max(...providers.map((provider) => provider.most));
    return [`No provider outside the house has enough alone: one has at most ${counted(most, "fragment")}.`];
  }
  return providers
    .filter(({ name, storesNeeded }) => name !== "" && storesToCollude > 1 && storesNeeded !== null)
    .map(
      ({ name, stores }) =>
        `${quoted(name)} alone, with its ${stores.length} stores, can have what is needed.`,
    );
}

function sharing({ policy, regions, stores, coalitions }: Explained): string[] {
  const sentences: string[] = [];
  if (regions > 1) sentences.push(`The fragments of every version lie in at least ${regions} regions.`);
  if (new Set(stores.map(({ weight }) => weight)).size > 1) {
    sentences.push("Weights share the fragments out as far as the rules allow.");
  }
  const unknown = providersIn(coalitions).find(({ name }) => name === "");
  if (countsProviders(policy) && unknown !== undefined && unknown.stores.length > 1) {
    sentences.push(`${unknown.stores.length} stores name no provider: they count as one provider's.`);
  }
  return sentences;
}

function providersIn(coalitions: readonly Coalition[]): Coalition[] {
  return coalitions.filter(({ kind }) => kind === "provider");
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
