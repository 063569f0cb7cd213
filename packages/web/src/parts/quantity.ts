const units = ["bytes", "kB", "MB", "GB", "TB"] as const;
const dateTime = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const whole = new Intl.NumberFormat("en-GB");
const cents = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const list = new Intl.ListFormat("en-GB", { type: "conjunction" });

/** In steps of a thousand: "812 bytes", "1.2 MB". */
export function formatSize(bytes: number): string {
  let size = bytes;
  let step = 0;
  while (size >= 999.5 && step < units.length - 1) {
    size /= 1000;
    step += 1;
  }
  const digits = step > 0 && size < 99.5 ? 1 : 0;
  return `${size.toFixed(digits)} ${units[step] ?? ""}`;
}

/** @param time milliseconds since 1970-01-01 UTC */
export function formatTime(time: number): string {
  return dateTime.format(time);
}

export function formatNumber(value: number): string {
  return whole.format(value);
}

/** "0.12 EUR", "under 0.01 EUR". @param currency a label; nothing is converted */
export function formatCost(amount: number, currency: string): string {
  const isTiny = amount > 0 && amount < 0.005;
  return isTiny ? `under 0.01 ${currency}` : `${cents.format(amount)} ${currency}`;
}

/** "1 record", "2 records". */
export function count(value: number, one: string, many: string = `${one}s`): string {
  return `${formatNumber(value)} ${value === 1 ? one : many}`;
}

/** "a, b and c". */
export function listed(items: readonly string[]): string {
  return list.format(items);
}
