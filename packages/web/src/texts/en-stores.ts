import { count, formatNumber, listed } from "../parts/quantity.ts";

/** All that the page of the stores says: where everything lies, what may be lost, and what is done about it. */
export const storesPage = {
  title: "Stores",
  intro: "Where the fragments lie. No store can read any of them, alone or with a few others.",
  refresh: "Look again",
  unnamed: (start: string): string => `Store ${start}`,
  caption: "Stores of this vault",
  column: {
    name: "Store",
    kind: "Kind and region",
    state: "State",
    size: "Size",
    sizeAndCost: "Size and cost",
    fragments: "Fragments",
    traffic: "Requests",
    owed: "To be made whole",
  },
  kinds: {
    public: "Public cloud",
    "private-on-premise": "Private, on premises",
    "private-hosted": "Private, hosted",
  },
  answers: "Answers",
  away: "Away",
  silent: "No answer now",
  leaving: "Leaving",
  health: { open: "Left alone for a while", "half-open": "To be tried again" },
  latency: (milliseconds: number): string =>
    milliseconds < 1 ? "in under 1 ms" : `in ${formatNumber(Math.round(milliseconds))} ms`,
  weight: (provider: string, weight: number): string =>
    `${provider === "" ? "" : `${provider}, `}weight ${weight}`,
  objects: (n: number): string => `in ${count(n, "object")}`,
  failed: (n: number): string => `${formatNumber(n)} failed`,
  read: (size: string): string => `${size} read`,
  written: (size: string): string => `${size} written`,
  month: (cost: string): string => `${cost} a month`,
  costs: (cost: string, unpriced: number): string =>
    `About ${cost} a month for what is kept${unpriced === 0 ? "" : `, without ${count(unpriced, "store")} of no known price`}.`,
  costsNoTraffic: "Requests and transfers are not in it.",
  costsTraffic: (watched: number): string =>
    `Requests and transfers are in it for ${count(watched, "store")}, as they went since the server began.`,
  trafficSince: "Requests are those from the server to a store since the server began.",
  owed: (n: number): string => `${formatNumber(n)} owed`,
  condemned: (n: number): string => `${formatNumber(n)} to delete`,
  nothingOwed: "Nothing",
  changedTitle: "The stores or the rules of this vault changed",
  changedText:
    "They are not those that this browser saw first. If nobody told you, ask whoever runs the vault before you add records.",
  loss: {
    title: "What may be lost",
    rule: (tolerate: number, total: number): string =>
      tolerate === 0
        ? `All ${total} stores are needed: this vault was set up to lose none.`
        : tolerate === 1
          ? `Any one of the ${total} stores may be lost, and every record still opens.`
          : `Any ${tolerate} of the ${total} stores may be lost together, and every record still opens.`,
    allThere: "All of them answer now.",
    someAway: (away: number, left: number): string =>
      `${away === 1 ? "One does" : `${away} do`} not answer now. Every record still opens; ${left === 0 ? "no further store may be lost until it is mended" : left === 1 ? "one more may be lost" : `${left} more may be lost`}.`,
    tooManyAway: (away: number): string =>
      `${away} do not answer now, more than the vault was set up for: some records may not open until stores are back. Nothing is lost while the stores are only away.`,
    publicRule: "Public clouds together never hold enough fragments of a record to matter.",
    regionsRule: (n: number): string => `The fragments of a version lie in at least ${n} regions.`,
    providerRule: "No provider alone holds enough fragments of a record to matter.",
    providersRule: "Any one provider may be lost with all its stores, and every record still opens.",
    weightsRule:
      "Stores share the fragments by their weights as far as the rules allow: the heavier one gets more.",
    noneAtRisk: "Every version has all its fragments, as far as the catalogue knows.",
    incomplete: (n: number): string =>
      `${count(n, "version lacks", "versions lack")} fragments and still ${n === 1 ? "opens" : "open"}: repair makes ${n === 1 ? "it" : "them"} whole.`,
    tooFew: (n: number): string =>
      `${count(n, "version has", "versions have")} fewer known fragments than are needed to open: see what repair can do.`,
    uncounted: "Versions that lack fragments are still being counted.",
    owedNow: (n: number): string =>
      `${count(n, "fragment or statement", "fragments or statements")} could not be placed yet: repair does it.`,
  },
  holds: {
    title: "What the vault holds",
    charts: "Charts",
    records: "Records",
    versions: "Versions",
    fragments: "Fragments",
    size: "On all stores",
    erased: "Erased versions",
    unfinished: "Erasures to finish",
  },
  work: {
    title: "Verify and repair",
    verify: "Verify",
    verifyAbout: "Reads every fragment and checks it against what its author signed. Changes nothing.",
    repair: "Repair",
    repairAbout:
      "Rebuilds fragments that are missing or damaged from the others, without being able to read them.",
    stop: "Stop",
    stopping: "Stopping…",
    running: { verify: "Verifying", repair: "Repairing", erasures: "Finishing erasures" },
    what: {
      headers: "headers of the stores",
      statements: "signed statements",
      versions: "versions",
      erasures: "erasures",
      objects: "leftover objects",
      charts: "charts",
    } as Readonly<Record<string, string>>,
    progress: (done: number, total: number | null): string =>
      total === null
        ? formatNumber(done)
        : `${formatNumber(Math.min(done, total))} of ${formatNumber(total)}`,
    none: "Nothing was verified or repaired yet.",
    last: (kind: string, when: string): string => `${kind}, ${when}`,
    kind: { verify: "Verification", repair: "Repair", erasures: "Erasures" },
    failed: "It could not go on.",
    stopped: "Stopped. It goes on from there next time.",
  },
  report: {
    checked: (versions: number, size: string): string =>
      `${count(versions, "version")} checked, ${size} read.`,
    allRight: "Everything is whole.",
    repairable: (n: number): string =>
      `${count(n, "thing is", "things are")} missing or damaged, and repair can mend ${n === 1 ? "it" : "them"}.`,
    lost: (n: number): string =>
      `${count(n, "version cannot", "versions cannot")} be rebuilt from the stores that answer now.`,
    left: (n: number): string => `${count(n, "object is", "objects are")} still to be deleted.`,
    unreachable: (names: readonly string[]): string => `Did not answer: ${listed(names)}.`,
    written: (fragments: number, statements: number): string =>
      `${count(fragments, "fragment")} and ${count(statements, "signed statement")} written again.`,
    headers: (n: number): string => `${count(n, "store header")} put back.`,
    swept: (n: number): string => `${count(n, "leftover object")} of broken-off transfers removed.`,
    atRisk: (n: number): string => `${count(n, "thing")} could not be mended now.`,
    nothingToDo: "There was nothing to mend.",
    mended: "Everything that could be mended is whole again.",
    erased: (n: number): string => `${count(n, "version")} gone from every store that answered.`,
    unfinished: (n: number): string =>
      `${count(n, "version")} still to be deleted somewhere: it goes on when the stores are back.`,
    more: (n: number): string => `All ${formatNumber(n)} findings`,
    fragment: (index: number): string => `fragment ${index + 1}`,
    of: (version: string): string => `version ${version.slice(0, 8)}`,
    at: (store: string): string => `at ${store}`,
  },
};
