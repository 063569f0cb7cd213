import { ViewerError } from "./problem.ts";

/** Nothing that a file holds may keep people waiting for longer. */
const LIMIT_MS = 15_000;

/** What comes too late is dropped, and `stop` ends what works at it. */
export async function withinLimit<Result>(
  work: Promise<Result>,
  stop: () => void,
  limitMs: number = LIMIT_MS,
): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      stop();
      reject(new ViewerError("too-slow", `${limitMs / 1000} s`));
    }, limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
