/** A tensor's name with every number left open: what it is, in whichever block. `model.layers.*.mlp.up_proj.weight`. */
export function slotOf(name: string): string {
  return name
    .split(".")
    .map((part) => (/^\d{1,6}$/u.test(part) ? "*" : part))
    .join(".");
}
