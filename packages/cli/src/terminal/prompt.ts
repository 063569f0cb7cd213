import { Failure } from "../failure.ts";

/** Whether somebody is there to be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Asks for a secret without showing it; twice when it is a new one, since nobody can see what was typed. */
export async function askSecret(name: string, isNew: boolean): Promise<string> {
  for (;;) {
    const secret = await askHidden(`${name} (not shown)`);
    if (!isNew || secret === (await askHidden("the same again"))) return secret;
    process.stderr.write("They differ. Once more:\n");
  }
}

async function askHidden(message: string): Promise<string> {
  // Loaded only here: hardly anybody is asked.
  const { isCancel, password } = await import("@clack/prompts");
  const answer = await password({
    message,
    mask: "",
    input: process.stdin,
    output: process.stderr,
    withGuide: false,
  });
  if (isCancel(answer)) throw new Failure("interrupted", "Interrupted; nothing was changed.");
  return answer ?? "";
}
