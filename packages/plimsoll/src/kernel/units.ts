const STEPS = ["KB", "MB", "GB", "TB", "PB"] as const;

/** Writes bytes as people read file sizes: decimal steps, three digits (`98.2 MB`). */
export function formatBytes(count: number): string {
  if (count < 1000) return `${count} bytes`;
  let value = count;
  let unit: string = "bytes";
  for (const step of STEPS) {
    if (value < 999.5) break;
    value /= 1000;
    unit = step;
  }
  return `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
}

/** Writes bytes as memory is read: binary steps (`4.9 GiB`). */
export function formatMemory(count: number): string {
  const gib = count / 2 ** 30;
  if (gib >= 1) return `${gib.toFixed(1)} GiB`;
  return `${(count / 2 ** 20).toFixed(count < 2 ** 20 ? 2 : 0)} MiB`;
}

/**
 * Writes a count with commas: `4,096`.
 *
 * Not by `toLocaleString`: its first call takes 20 ms, a tenth of a vet.
 */
export function formatCount(number: number): string {
  const digits = String(Math.abs(number));
  let grouped = digits.slice(-3);
  for (let end = digits.length - 3; end > 0; end -= 3) {
    grouped = `${digits.slice(Math.max(0, end - 3), end)},${grouped}`;
  }
  return number < 0 ? `-${grouped}` : grouped;
}
