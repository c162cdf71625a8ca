/** The build that is measured: this package's own, or another one to compare it with (`--against`). */
const build = process.env.NESTJS_ETAG ?? import.meta.resolve('nestjs-etag');

/** What the package exports. */
export const library = await import(build);

/** A module of the build by its path, such as `representation/digest.js`: what users do not import, but is timed. */
export function part(path) {
  return import(new URL(path, new URL(build, 'file:')));
}
