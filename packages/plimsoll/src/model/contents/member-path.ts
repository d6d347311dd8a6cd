/**
 * Where something lies within a file: the names on the way to it, with `!/` between one container and the
 * next, such as `inner.zip!/weights/data.pkl`.
 *
 * What has no name of its own is written in angle brackets: `<gzip>` is what a gzip file becomes, `<objects>`
 * the pickle in a NumPy file. So `a.tar.gz!/<gzip>!/data.pkl` is a member of a compressed archive. In names,
 * `%` is written `%25`, `!` is `%21` and a `<` at the beginning `%3C`: no two places are written alike.
 */
export function memberPath(container: string | undefined, step: string): string {
  return container === undefined ? step : `${container}!/${step}`;
}

/** A member's own name as a step of a path. */
export function namedStep(name: string): string {
  const escaped = name.replaceAll("%", "%25").replaceAll("!", "%21");
  return escaped.startsWith("<") ? `%3C${escaped.slice(1)}` : escaped;
}

/** A step for what has no name. */
export function namelessStep(what: string): string {
  return `<${what}>`;
}

/** Lower-case last part of a name, which tells what it claims to be. */
export function baseOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1).toLowerCase();
}
