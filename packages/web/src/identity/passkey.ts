import type { Lock } from "../worker/contract.ts";
import { BrowserProblem } from "../worker-client/browser-problem.ts";

type PasskeyLock = Extract<Lock, { kind: "passkey" }>;

/** What every passkey of this application is asked to answer; the answer differs from passkey to passkey. */
const QUESTION = new TextEncoder().encode("chirograph identity lock, v1");
/** ES256, EdDSA, RS256. */
const ALGORITHMS = [-7, -8, -257] as const;
const TIMEOUT_MS = 120_000;

/** Why passkeys cannot be used here; `undefined`: they may work. */
export function whyNoPasskeys(): "no-webauthn" | "no-name" | undefined {
  if (typeof PublicKeyCredential === "undefined") return "no-webauthn";
  // A passkey belongs to a name; an address in numbers has none.
  if (/^[\d.]+$|:/.test(location.hostname)) return "no-name";
  return undefined;
}

/** Makes a passkey and asks it for its secret. */
export async function makePasskey(name: string): Promise<PasskeyLock> {
  const made = await ask(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        rp: { id: location.hostname, name: "Chirograph" },
        user: { id: crypto.getRandomValues(new Uint8Array(32)), name, displayName: name },
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
        timeout: TIMEOUT_MS,
        extensions: { prf: { eval: { first: QUESTION } } },
      },
    }),
  );
  const { prf } = made.getClientExtensionResults();
  const credential = new Uint8Array(made.rawId);
  const first = prf?.results?.first;
  if (first !== undefined) return lockWith(credential, first);
  if (prf?.enabled !== true) throw new BrowserProblem("passkey-without-prf", "the passkey has no PRF");
  // Many answer only when they are used, not when they are made.
  return usePasskey([credential]);
}

/** Asks one of these passkeys for its secret. */
export async function usePasskey(credentials: readonly Uint8Array[]): Promise<PasskeyLock> {
  const used = await ask(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        rpId: location.hostname,
        allowCredentials: credentials.map((id) => ({ type: "public-key", id: id.slice() })),
        userVerification: "required",
        timeout: TIMEOUT_MS,
        extensions: { prf: { eval: { first: QUESTION } } },
      },
    }),
  );
  const first = used.getClientExtensionResults().prf?.results?.first;
  if (first === undefined) throw new BrowserProblem("passkey-without-prf", "the passkey gave no PRF output");
  return lockWith(new Uint8Array(used.rawId), first);
}

async function ask(request: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  const reason = whyNoPasskeys();
  if (reason !== undefined) throw new BrowserProblem("passkey-unsupported", reason);
  try {
    const credential = await request();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (error) {
    // NotAllowedError is both "cancelled" and "no such passkey here": the browser tells nobody which.
    const name = error instanceof DOMException ? error.name : "unknown";
    throw new BrowserProblem(name === "NotAllowedError" ? "passkey-refused" : "passkey-failed", name);
  }
  throw new BrowserProblem("passkey-failed", "no credential");
}

function lockWith(credential: Uint8Array, output: BufferSource): PasskeyLock {
  const bytes = output instanceof ArrayBuffer ? new Uint8Array(output) : bytesOf(output);
  return { kind: "passkey", credential, prf: bytes.slice(0, 32) };
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
