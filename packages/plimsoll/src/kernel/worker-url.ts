/**
 * The address of a worker's file beside its caller: source in a checkout, bundle in an installed package.
 *
 * A bundler does not rewrite `new URL("./x.ts", import.meta.url)`, so the ending is taken from the caller. In the bundle
 * workers are CommonJS, which starts faster.
 */
export function workerUrl(caller: string, path: `./${string}-worker`): URL {
  return new URL(`${path}${caller.endsWith(".ts") ? ".ts" : ".cjs"}`, caller);
}
