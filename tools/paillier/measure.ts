/** Time that passed, and time that the processors worked, all threads together. */
export interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export async function measured<Result>(
  work: () => Promise<Result>,
): Promise<Cost & { readonly result: Result }> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 };
}
