/** What is wrong with the decorators of an application: told all at once, so that one start shows everything. */
export class Problems {
  private readonly errors: Error[] = [];

  /** Runs a step of the compilation, and keeps what it throws; `undefined` then. */
  collect<Result>(compile: () => Result): Result | undefined {
    try {
      return compile();
    } catch (error) {
      this.errors.push(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
  }

  /** @throws the error, if there was one; an Error with the sentences of all, if there were several. */
  throwIfAny(): void {
    const [first] = this.errors;
    if (first === undefined) return;
    const sentences = [...new Set(this.errors.map(({ message }) => message))];
    if (sentences.length === 1) throw first;
    throw new Error(
      `${sentences.length} things are wrong with the decorators of nestjs-etag:\n${sentences.map((each) => `- ${each}`).join('\n')}`,
      { cause: first },
    );
  }
}
