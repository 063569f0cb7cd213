type Release = () => void;

/** What this tab holds, or is asking for. */
const held = new Map<string, Promise<Release | undefined>>();

/** The worker of a page that was loaded again takes a moment to let go. */
const PATIENCE_MS = 3000;

/**
 * Keeps something to this tab until it is released, or the tab is gone.
 * @returns what releases it; `undefined` where another tab has it
 */
export function holdInTab(name: string): Promise<Release | undefined> {
  const known = held.get(name);
  if (known !== undefined) return known;
  const { promise: answered, resolve: answer } = Promise.withResolvers<Release | undefined>();
  held.set(name, answered);
  const keep = async (): Promise<void> => {
    const { promise: over, resolve: release } = Promise.withResolvers<void>();
    answer(() => {
      held.delete(name);
      release();
    });
    await over;
  };
  const options = { signal: AbortSignal.timeout(PATIENCE_MS) };
  navigator.locks.request(`chirograph-${name}`, options, keep).catch(() => {
    held.delete(name);
    answer(undefined);
  });
  return answered;
}
