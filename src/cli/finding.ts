/** Something that a person should know about a deployment. */
export interface Finding {
  /** Whether something fails because of it. */
  readonly isProblem: boolean;
  /** What is so, and what follows from it. */
  readonly what: string;
  /** What mends it; any one of these does. */
  readonly remedies: readonly Remedy[];
}

/** Something to write, or to do, and where. */
export interface Remedy {
  /** Such as `in the application`. */
  readonly where: string;
  /** One entry a line of a configuration, or one sentence. */
  readonly lines: readonly string[];
}

/** A finding because of which something fails. */
export function problem(what: string, remedies: readonly Remedy[]): Finding {
  return { isProblem: true, what, remedies };
}

/** A finding to know about, because of which nothing fails. */
export function note(what: string, remedies: readonly Remedy[] = []): Finding {
  return { isProblem: false, what, remedies };
}

/** What to write in the application. */
export function inApplication(...lines: readonly string[]): Remedy {
  return { where: 'in the application', lines };
}
