import type { ErrorCode } from "@chirograph/core";
import type { StoreErrorCode } from "@chirograph/stores";
import type { VaultErrorCode } from "@chirograph/vault";
import type { WireErrorCode } from "@chirograph/wire";
import type { Problem } from "../worker/contract.ts";
import type { BrowserErrorCode } from "../worker/problem.ts";

/** What people are told of a problem. */
export interface ProblemText {
  readonly happened: string;
  /** What is safe. */
  readonly safe: string;
  /** What to do. */
  readonly todo: string;
}

const unchanged = "Nothing was changed.";
const storedIsSafe = "What is stored already is as it was.";

const core: Readonly<Record<ErrorCode, ProblemText>> = {
  malformed: {
    happened: "Something that was read is damaged: cut short, or not what it should be.",
    safe: `${unchanged} Nothing of it was shown.`,
    todo: "Verify the stores on the Stores page, then repair. A file of your own: copy it again from where it came from.",
  },
  unsupported: {
    happened: "This was made by a version of Chirograph that this one does not know.",
    safe: unchanged,
    todo: "Ask whoever runs the server for a newer version.",
  },
  "out-of-limits": {
    happened: "A number in it lies outside of what the format allows.",
    safe: `${unchanged} It was refused before any work was done.`,
    todo: "Ask whoever made it. If it is your own, report this.",
  },
  "bad-signature": {
    happened: "A signature is wrong: what was read is not what its author signed.",
    safe: "Nothing of it was shown or used.",
    todo: "Verify the stores on the Stores page. If it stays, tell whoever runs the vault.",
  },
  "not-permitted": {
    happened: "This identity has no right to do that in this chart.",
    safe: unchanged,
    todo: "Ask someone who manages the chart for the right.",
  },
  mismatch: {
    happened: "Two things were given that do not belong together.",
    safe: `${unchanged} Nothing was shown.`,
    todo: "Tell whoever runs the vault: a record may have been exchanged for another one.",
  },
  "wrong-author": {
    happened: "It was signed by somebody other than the chart says.",
    safe: "Nothing of it was shown.",
    todo: "Ask whoever sent it to you who signed it.",
  },
  "invalid-word": {
    happened: "The word breaks one of its rules.",
    safe: "Nothing was sent.",
    todo: "Look at the rules under the word, and change it where one is broken.",
  },
  "invalid-path": {
    happened: "A file has a name that may not stand in a record.",
    safe: "Nothing was sent.",
    todo: "Rename the file, then add it again.",
  },
  "wrong-length": {
    happened: "A file was not as long as it said; it changed while it was read.",
    safe: storedIsSafe,
    todo: "Add it again when nothing writes to it any more.",
  },
  "too-few-fragments": {
    happened: "Too few fragments are whole to open this record.",
    safe: "The fragments that are there stay there.",
    todo: "See on the Stores page which stores do not answer, and open it again when more of them do.",
  },
  "too-few-shares": {
    happened: "Too few officers have released their share.",
    safe: unchanged,
    todo: "Ask more of them.",
  },
  "word-needed": {
    happened: "The chart was opened without its word, and this needs it.",
    safe: unchanged,
    todo: "Close the chart, then open it with its word.",
  },
  "not-for-you": {
    happened: "This identity and this word together do not open the chart.",
    safe: "Nothing was changed. Which of the two is wrong is not told, on purpose.",
    todo: "Type the word again: small and capital letters differ. Someone who manages the chart can tell whether you are a member.",
  },
  "wrong-passphrase": {
    happened: "The passphrase does not open this identity.",
    safe: "The identity is as it was. You may try as often as you like.",
    todo: "Type it again: small and capital letters differ.",
  },
  "inconsistent-author": {
    happened:
      "All pieces are what the author signed, and still they contradict each other: the author's program made it wrong.",
    safe: "Nothing of it was shown. No store is to blame.",
    todo: "Ask the author to add the record again.",
  },
  erased: {
    happened: "This version was erased.",
    safe: "The other versions and records are as they were.",
    todo: "Open another version, if there is one.",
  },
  damaged: {
    happened: "A file changed or could not be read while it was being sealed.",
    safe: storedIsSafe,
    todo: "Add it again when nothing writes to it any more.",
  },
};

const vault: Readonly<Record<VaultErrorCode, ProblemText>> = {
  unknown: {
    happened: "This vault has no such chart, record or version.",
    safe: unchanged,
    todo: "Go back to the charts; it may have been erased meanwhile.",
  },
  stale: {
    happened: "The sealed bytes that were kept for this transfer are too old to go on with.",
    safe: storedIsSafe,
    todo: "Choose the files again: they are sealed afresh.",
  },
  outdated: {
    happened: "The vault's stores were changed, and its server has not been started again since.",
    safe: storedIsSafe,
    todo: "Tell whoever runs the vault, and try again when it was.",
  },
  busy: {
    happened: "Others changed the chart again and again meanwhile.",
    safe: storedIsSafe,
    todo: "Try again in a moment.",
  },
  policy: {
    happened: "The vault's rules of placement cannot be kept with this word or these stores.",
    safe: "Nothing was written.",
    todo: "Read the reason below. A longer word makes more fragments; whoever runs the vault can add stores.",
  },
  "stores-missing": {
    happened: "Too few stores answer, or hold what is needed.",
    safe: "What the others hold stays there.",
    todo: "See on the Stores page which do not answer, and try again when more of them do.",
  },
  "rolled-back": {
    happened:
      "The server shows an older chart than this browser has seen already, or another one in its place.",
    safe: "It was refused; nothing was changed.",
    todo: "Tell whoever runs the vault. Do not write to this chart until it is cleared up.",
  },
  forged: {
    happened: "What the catalogue or a store says contradicts what is signed.",
    safe: "It was refused; nothing of it was shown.",
    todo: "Tell whoever runs the vault, and verify the stores on the Stores page.",
  },
  malformed: {
    happened: "Something in the vault is not what it should be.",
    safe: `${unchanged} Nothing of it was shown.`,
    todo: "Verify the stores on the Stores page, then repair.",
  },
  "not-owner": {
    happened: "Only an owner of the vault may do that.",
    safe: unchanged,
    todo: "Ask whoever runs the vault.",
  },
  exists: {
    happened: "It is there already.",
    safe: unchanged,
    todo: "Go on with the one that is there.",
  },
};

const store: Readonly<Record<StoreErrorCode, ProblemText>> = {
  "not-found": {
    happened: "A store no longer has what it was given.",
    safe: "The other stores hold theirs.",
    todo: "Repair on the Stores page puts back what is missing.",
  },
  exists: {
    happened: "A store has something under this name already.",
    safe: storedIsSafe,
    todo: "Try again.",
  },
  "out-of-range": {
    happened: "A store has less of a fragment than it was given.",
    safe: "The other stores hold theirs.",
    todo: "Repair on the Stores page makes it whole.",
  },
  "wrong-length": {
    happened: "What reached a store was not as long as announced.",
    safe: "It was not kept.",
    todo: "Try again.",
  },
  invalid: {
    happened: "A store was asked for something that no store can do.",
    safe: unchanged,
    todo: "This is a fault in Chirograph: please report it with the line below.",
  },
  malformed: {
    happened: "A store holds something damaged.",
    safe: "The other stores hold theirs.",
    todo: "Repair on the Stores page makes it whole.",
  },
  unavailable: {
    happened: "A store does not answer.",
    safe: "What it holds is still there once it is back.",
    todo: "Try again when it answers; the Stores page shows which do.",
  },
  denied: {
    happened: "A store refuses: the server has no right to read or write there.",
    safe: storedIsSafe,
    todo: "Whoever runs the vault must give the server that right.",
  },
  full: {
    happened: "A store is full.",
    safe: storedIsSafe,
    todo: "Whoever runs the vault must make room on it; then go on.",
  },
};

const notUnderstood: ProblemText = {
  happened: "The server did not accept a request of this page.",
  safe: unchanged,
  todo: "Reload the page: it may be older than the server. If it stays, report it with the line below.",
};

const noAnswer: ProblemText = {
  happened: "The server does not answer.",
  safe: "Everything in this browser is as it was, and what is stored is safe.",
  todo: "See whether it runs and whether you are connected, then try again.",
};

/** What the server itself says, or its silence. */
const server: Readonly<Record<WireErrorCode, ProblemText>> = {
  unreachable: noAnswer,
  unavailable: {
    happened: "The server cannot work just now.",
    safe: "Everything in this browser is as it was, and what is stored is safe.",
    todo: "Try again in a moment.",
  },
  malformed: notUnderstood,
  "not-allowed": notUnderstood,
  protocol: {
    happened: "The server gave an answer that none of Chirograph gives.",
    safe: `${unchanged} The answer was not used.`,
    todo: "Reload the page: it may be older than the server. If it stays, tell whoever runs the server.",
  },
  "bad-origin": notUnderstood,
  busy: {
    happened: "The server is at this already.",
    safe: storedIsSafe,
    todo: "Try again in a moment.",
  },
  denied: {
    happened: "Your session with the server is over.",
    safe: "Everything in this browser is as it was, and what is stored is safe.",
    todo: "Open the address that the server printed in another tab of this browser, then come back here and try again.",
  },
  forbidden: {
    happened: "The server took this request for one from another site, and refused it.",
    safe: unchanged,
    todo: "Open the address that the server printed, just as it stands there.",
  },
  unknown: {
    happened: "The server does not know what was asked for.",
    safe: unchanged,
    todo: "Go back to the charts; it may have been erased meanwhile.",
  },
  "wrong-offset": {
    happened: "The server has another part of this upload than this page thought.",
    safe: "What it has taken stays.",
    todo: "Try again: it goes on from where the server is.",
  },
  "too-large": {
    happened: "It is larger than the server takes.",
    safe: unchanged,
    todo: "Ask whoever runs the server for a higher limit.",
  },
  "too-many": {
    happened: "Too many tries in a short time.",
    safe: unchanged,
    todo: "Wait a minute, then try again.",
  },
  defect: {
    happened: "Something in the server went wrong.",
    safe: storedIsSafe,
    todo: "Try again. If it stays, whoever runs the server finds the reason in its log.",
  },
};

/** Found by the page itself, about passkeys. */
export type PasskeyCode =
  "passkey-unsupported" | "passkey-without-prf" | "passkey-refused" | "passkey-failed";

const browser: Readonly<Record<BrowserErrorCode | PasskeyCode, ProblemText>> = {
  locked: {
    happened: "Chirograph is locked.",
    safe: "No secret is in memory any more; what is stored is safe.",
    todo: "Unlock your identity, then open the chart again.",
  },
  "no-identity": {
    happened: "This browser keeps no identity.",
    safe: storedIsSafe,
    todo: "Reload the page, then make an identity or bring your identity file.",
  },
  "identity-exists": {
    happened: "This browser keeps an identity already.",
    safe: "It is as it was.",
    todo: "Reload the page and unlock it, or remove it in the settings first.",
  },
  "no-such-lock": {
    happened: "This identity is not locked in that way.",
    safe: unchanged,
    todo: "Use the other way to unlock it, or add this one in the settings.",
  },
  "chart-closed": {
    happened: "This chart is closed.",
    safe: storedIsSafe,
    todo: "Open it with its word.",
  },
  gone: {
    happened: "What was asked for is no longer there.",
    safe: storedIsSafe,
    todo: "Go back and open it again.",
  },
  source: {
    happened: "A file changed meanwhile, or cannot be read any more.",
    safe: storedIsSafe,
    todo: "Choose it again when nothing writes to it.",
  },
  storage: {
    happened: "The browser’s own storage refused: it is full, or not allowed for this page.",
    safe: storedIsSafe,
    todo: "Make room on this device, leave private browsing, or allow this page to keep data; then try again.",
  },
  "passkey-unsupported": {
    happened: "This browser, or this address, cannot use passkeys.",
    safe: unchanged,
    todo: "Use a passphrase instead. A passkey also needs a name in the address: localhost works, a row of numbers does not.",
  },
  "passkey-without-prf": {
    happened: "This passkey cannot give a secret to unlock with: it lacks what is called PRF.",
    safe: unchanged,
    todo: "Use a passphrase, or another passkey: those of current phones and newer security keys can do it. You may delete the one just made.",
  },
  "passkey-refused": {
    happened: "The passkey was not used: it was cancelled, took too long, or is not on this device.",
    safe: unchanged,
    todo: "Try again, or use a passphrase.",
  },
  "passkey-failed": {
    happened: "The passkey did not work.",
    safe: unchanged,
    todo: "Try again, or use a passphrase.",
  },
};

const fallback: ProblemText = {
  happened: "Something went wrong that should not.",
  safe: storedIsSafe,
  todo: "Reload the page and try again. If it stays, report it with the line below.",
};

export const problemTexts: Readonly<Record<Problem["source"], Readonly<Record<string, ProblemText>>>> = {
  core,
  vault,
  store,
  server,
  browser,
  defect: {},
};

/** What happened, what is safe and what to do. */
export function explainProblem({ source, code }: Pick<Problem, "source" | "code">): ProblemText {
  const texts = problemTexts[source];
  return (Object.hasOwn(texts, code) ? texts[code] : undefined) ?? fallback;
}
