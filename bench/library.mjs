/** The build that is measured: this package's own, or another one to compare it with (`--against`). */
export const library = await import(process.env.NESTJS_ETAG ?? 'nestjs-etag');
