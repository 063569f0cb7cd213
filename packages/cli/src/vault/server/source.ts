import { isLoopback } from "@chirograph/wire";
import { Failure } from "../../failure.ts";
import { findSecret, ownerToken } from "../../inputs/secret.ts";
import { showName } from "../../terminal/name.ts";
import type { VaultSource } from "../source.ts";
import { withServer } from "./open.ts";

const LOOKS_LIKE = "It looks like http://localhost:8420 or https://vault.example.";

/** @throws Failure `usage` for an address that no token may be sent to, or where there is no token */
export async function findServer(address: string, tokenFile: string | undefined): Promise<VaultSource> {
  const origin = originOf(address);
  const token = await findSecret(ownerToken, tokenFile);
  return {
    requirePresent: () => token.requirePresent(),
    open: async (context, purpose, use) =>
      withServer(context, { origin, token: requireToken(await token.take(false)) }, { purpose, use }),
  };
}

/** Of a wrong address no more than its host is shown: people paste what the server prints, and a token is in that. */
function originOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new Failure("usage", "The value of --server is no address of a server.", { hint: LOOKS_LIKE });
  if (url.hash !== "" || url.username !== "" || url.password !== "") {
    throw new Failure("usage", "There is more in the server's address than its place: it may be a secret.", {
      hint: `Others can see arguments. Leave out what follows the host; the token comes with ${ownerToken.option} FILE or in $${ownerToken.variable}.`,
    });
  }
  if (url.pathname !== "/" || url.search !== "")
    throw new Failure("usage", "The server's address goes on after its host.", { hint: LOOKS_LIKE });
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new Failure("usage", `A token does not go to ${showName(url.host)} unencrypted.`, {
      hint: "Give the server's https address: http is for this machine alone.",
    });
  }
  return url.origin;
}

/** What could not stand in a request is no token, and is not shown. */
function requireToken(token: string): string {
  if (/^[\x21-\x7e]{1,256}$/.test(token)) return token;
  throw new Failure("badData", "What was given as the server's token is none.", {
    hint: "It is the part after #token= in the address that the server prints.",
  });
}
