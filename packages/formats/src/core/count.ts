/**
 * An integer with commas, for a message: `4,096`.
 *
 * Not `toLocaleString`: its first call takes 20 ms, as long as reading all headers of a model.
 */
export function formatCount(number: number): string {
  const digits = String(Math.abs(number));
  let grouped = digits.slice(-3);
  for (let end = digits.length - 3; end > 0; end -= 3) {
    grouped = `${digits.slice(Math.max(0, end - 3), end)},${grouped}`;
  }
  return number < 0 ? `-${grouped}` : grouped;
}
