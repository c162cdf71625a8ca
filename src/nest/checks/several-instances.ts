import cluster from 'node:cluster';

/** What tells that an application is one of several instances. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `cluster.isWorker` of `node:cluster`. */
  readonly isClusterWorker: boolean;
}

/** Variables that are set for every instance, and by whom. */
const VARIABLES: Readonly<Record<string, string>> = {
  NODE_APP_INSTANCE: 'PM2',
  pm_id: 'PM2',
  KUBERNETES_SERVICE_HOST: 'Kubernetes',
};

/**
 * A warning for an application whose writers take turns in one process, where others like it are likely
 * to run beside it.
 *
 * @returns the sentence, or `undefined` where nothing tells of other instances.
 */
export function warningOfSeveralInstances(
  { environment, isClusterWorker }: Surroundings = here(),
): string | undefined {
  const sign = isClusterWorker ? 'it is a worker of node:cluster' : signIn(environment);
  return sign === undefined
    ? undefined
    : `This application seems to be one of several instances: ${sign}. With atomicity: 'process' writers exclude one another within one process only, so two instances could both accept a write under the same tag. Write ETagModule.forRoot({ atomicity: 'database' }) and make every guarded write conditional by its @Precondition()`;
}

function here(): Surroundings {
  return { environment: process.env, isClusterWorker: cluster.isWorker };
}

function signIn(environment: Surroundings['environment']): string | undefined {
  const name = Object.keys(VARIABLES).find((variable) => environment[variable] !== undefined);
  return name === undefined ? undefined : `${VARIABLES[name]} has set ${name}`;
}
